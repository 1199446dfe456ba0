import type { Random } from '../../../../domain/seed.js';
import { textFile } from '../../../../domain/task/workspace.js';
import { distractors } from '../distractors.js';
import { personas } from '../personas/index.js';
import type { Persona } from '../personas/persona.js';
import { folders } from '../file-names.js';
import type { Program } from '../program.js';
import { csvOf, jsonLinesOf, jsonOf, makeTable, pickGroup, type Table } from '../table.js';

const written = { csv: csvOf, json: jsonOf, jsonl: jsonLinesOf };

/** What a program over one table chooses from. */
export interface TableDraw {
  random: Random;
  persona: Persona;
  table: Table;
  /** Path of the table's file. */
  file: string;
  key: string;
  /** A column of numbers. */
  measure: string;
  group: string;
  value: string;
  /** The rows whose `group` is `value`. */
  matching: Table['rows'];
}

export const totalOf = (rows: Table['rows'], column: string): number =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0);

/** Highest first. */
export const ranked = (rows: Table['rows'], column: string): Table['rows'] =>
  [...rows].sort((a, b) => Number(b[column]) - Number(a[column]));

/** The sqlite command for one query over the CSV file, which it names `t`. */
export const query = (file: string, sql: string, output: string, flags = '-csv'): string =>
  `sqlite3 ${flags} :memory: '.import ${file} t' "${sql}" > ${output}`;

/**
 * Draws a persona with a table in the given format, a measure, and a group with one of its values; `fill` makes the program
 * of them. The facts common to all these programs are added here.
 */
export function tableProgram(
  random: Random,
  format: keyof typeof written,
  fill: (draw: TableDraw) => Pick<Program, 'expected' | 'commands' | 'facts'>,
): Program {
  const persona = random.pick(personas);
  const table = makeTable(random, persona);
  const { file: name, about, key, measures } = persona.table;
  const file = `${random.pick(folders.tables)}/${name}.${format}`;
  const { group, value } = pickGroup(random, persona, table);
  const measure = random.pick(measures).name;
  const matching = table.rows.filter((row) => row[group] === value);
  const { facts, expected, commands } = fill({ random, persona, table, file, key, measure, group, value, matching });
  return {
    persona,
    files: [textFile(file, written[format](table)), ...distractors(random, persona)],
    facts: {
      intro: persona.intro,
      reason: random.pick(persona.reasons),
      about,
      file,
      key,
      measure,
      group,
      value,
      ...facts,
    },
    expected,
    commands,
  };
}
