import type { Kind } from '../program.js';
import { configGet } from './config-get.js';
import { configSet } from './config-set.js';
import { configSetTwo } from './config-set-two.js';
import { csvCountWhere } from './csv-count-where.js';
import { csvFilter } from './csv-filter.js';
import { csvGroupSum } from './csv-group-sum.js';
import { csvMax } from './csv-max.js';
import { csvMaxWhere } from './csv-max-where.js';
import { csvNamesWhere } from './csv-names-where.js';
import { csvSort } from './csv-sort.js';
import { csvSum } from './csv-sum.js';
import { csvSumWhere } from './csv-sum-where.js';
import { csvTop } from './csv-top.js';
import { filesMove } from './files-move.js';
import { filesRename } from './files-rename.js';
import { jsonCountWhere } from './json-count-where.js';
import { jsonField } from './json-field.js';
import { jsonNamesWhere } from './json-names-where.js';
import { jsonlSum } from './jsonl-sum.js';
import { jsonlSumWhere } from './jsonl-sum-where.js';
import { logArchive } from './log-archive.js';
import { logCount } from './log-count.js';
import { logLevel } from './log-level.js';
import { logPerService } from './log-per-service.js';
import { logService } from './log-service.js';
import { logServiceCount } from './log-service-count.js';
import { notesCollect } from './notes-collect.js';
import { notesCount } from './notes-count.js';
import { textJoin } from './text-join.js';
import { textReplace } from './text-replace.js';
import { yamlSet } from './yaml-set.js';

/** Every kind, in the order in which a plan takes turns. */
export const kinds: readonly Kind[] = [
  configGet,
  configSet,
  configSetTwo,
  csvCountWhere,
  csvFilter,
  csvGroupSum,
  csvMax,
  csvMaxWhere,
  csvNamesWhere,
  csvSort,
  csvSum,
  csvSumWhere,
  csvTop,
  filesMove,
  filesRename,
  jsonCountWhere,
  jsonField,
  jsonNamesWhere,
  jsonlSum,
  jsonlSumWhere,
  logArchive,
  logCount,
  logLevel,
  logPerService,
  logService,
  logServiceCount,
  notesCollect,
  notesCount,
  textJoin,
  textReplace,
  yamlSet,
];

export const taskKinds: readonly string[] = kinds.map(({ name }) => name);
