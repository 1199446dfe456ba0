import { type Part, type PartName } from '../part.js';
import { model } from './model.js';
import { python } from './python.js';
import { sandbox } from './sandbox.js';
import { temporalTestServer } from './temporal-test-server.js';
import { temporal } from './temporal.js';
import { tools } from './tools.js';

export const parts: readonly Part[] = [tools, python, temporal, temporalTestServer, sandbox, model];

/** What a purpose needs: `demo` runs the pipeline, `test` runs the tests (which make their own tiny model). */
export const partSets: Readonly<Record<string, readonly PartName[]>> = {
  all: parts.map(({ name }) => name),
  demo: ['python', 'temporal', 'sandbox', 'model'],
  test: ['python', 'temporal', 'temporal-test-server', 'sandbox'],
};
