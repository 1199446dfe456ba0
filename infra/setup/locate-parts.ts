import { existsSync } from 'node:fs';

import { ConfigError } from '../../domain/errors.js';
import { cacheDir } from './cache-dir.js';
import { type Part } from './part.js';
import { model } from './parts/model.js';
import { python } from './parts/python.js';
import { temporalTestServer } from './parts/temporal-test-server.js';
import { temporal } from './parts/temporal.js';
import { readRecords, recordName } from './records.js';

/** Where set-up put things. Reading a field throws ConfigError where set-up has not been run, or not with these pins. */
export interface InstalledParts {
  /** Interpreter of the trainer's environment. Its packages' scripts are to be run as `python -m`. */
  readonly python: string;
  readonly temporalCli: string;
  readonly temporalTestServer: string;
  /** Hugging Face folder of the embedded model. */
  readonly modelDir: string;
}

export function locateParts(folder: string = cacheDir()): InstalledParts {
  const records = readRecords(folder);
  const locate = (part: Part, name: string): string => {
    const path = records[recordName(part)]?.paths[name];
    if (path !== undefined && existsSync(path)) return path;
    throw new ConfigError(`set-up has not been run, or no longer fits this checkout: no ${part.purpose}`, {
      nextStep: 'npm run setup',
    });
  };
  return {
    get python() {
      return locate(python, 'python');
    },
    get temporalCli() {
      return locate(temporal, 'cli');
    },
    get temporalTestServer() {
      return locate(temporalTestServer, 'server');
    },
    get modelDir() {
      return locate(model, 'folder');
    },
  };
}
