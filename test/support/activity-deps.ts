import { join } from 'node:path';
import { FileLedgers } from '../../activities/adapters/store/file-ledger.js';
import { FileStore } from '../../activities/adapters/store/file-store.js';
import type { PolicyAttemptDeps } from '../../activities/policy/attempt-task.js';
import type { TokenModel } from '../../activities/ports/model.js';
import type { RunConfig } from '../../domain/run-config.js';
import { applySettings } from '../../domain/settings.js';
import { scratchFolder } from '../infra/scratch-folder.js';
import { FakeSandboxes, type Play } from './fake-sandbox.js';

/** What a verifier says, from what stands in `/workspace/out.txt`. */
export type Checker = (out: string | undefined, run: number) => ReturnType<Play>;

/** Right when the file holds what the task's oracle writes. */
export const copied: Checker = (out) => ({ stdout: JSON.stringify({ right: out === 'hello\n' ? 1 : 0 }) });

/** A real store and real ledgers in a scratch folder; sandboxes in memory, in which `cp` copies and the checker verifies. */
export function activityDeps(
  checker: Checker = copied,
  model?: TokenModel,
): PolicyAttemptDeps & { store: FileStore; sandboxes: FakeSandboxes; folder: string } {
  const folder = scratchFolder();
  let verified = 0;
  const sandboxes = new FakeSandboxes((action, box) => {
    if (action.argv[0] === 'python3') return checker(box.files.get('/workspace/out.txt')?.content, (verified += 1));
    const input = box.files.get('/workspace/in.txt');
    if (action.argv.at(-1) === 'cp in.txt out.txt' && input)
      box.files.set('/workspace/out.txt', { ...input, path: 'out.txt' });
    return {};
  });
  const modelAt = (): TokenModel => {
    if (!model) throw new Error('the test has no model');
    return model;
  };
  return {
    store: new FileStore(join(folder, 'store')),
    ledgers: new FileLedgers(join(folder, 'ledgers')),
    sandboxes,
    modelAt,
    folder,
  };
}

export function configOf(set: Record<string, unknown> = {}): RunConfig {
  return applySettings({ name: 'test' }, set);
}
