import { Command } from 'commander';
import { addRun } from './commands/run.js';
import { addDev } from './commands/dev.js';
import { addWorker } from './commands/worker.js';
import { addWatch } from './commands/watch.js';
import { addStatus } from './commands/status.js';
import { addList } from './commands/list.js';
import { addResume } from './commands/resume.js';
import { addCancel } from './commands/cancel.js';
import { addAbort } from './commands/abort.js';
import { addReport } from './commands/report.js';
import { addConfig } from './commands/config.js';
import { addDoctor } from './commands/doctor.js';
import { reportFailure } from './fail.js';

const program = new Command('clawmill')
  .description('Makes verifiable tasks for computer-using agents, trains a model on what passed, and measures it.')
  .option('--verbose', 'print stack traces of errors')
  .exitOverride()
  .showHelpAfterError('(--help lists what there is)')
  .addHelpText(
    'after',
    '\nRUN is a run id, a unique beginning of one, or "latest". Exit codes: 0 ok, 1 failed, 2 bad input, 3 held, 4 infrastructure.',
  );

for (const add of [
  addRun,
  addDev,
  addWorker,
  addWatch,
  addStatus,
  addList,
  addResume,
  addCancel,
  addAbort,
  addReport,
  addConfig,
  addDoctor,
]) {
  add(program);
}

try {
  await program.parseAsync();
} catch (error) {
  const verbose = program.opts<{ verbose?: boolean }>().verbose === true || process.env.CLAWMILL_LOG_LEVEL === 'debug';
  process.exitCode = reportFailure(error, verbose);
}
