import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PythonTrainer } from '../../../../activities/adapters/trainer/python-trainer.js';
import type { PolicyProcess } from '../../../../activities/ports/trainer.js';
import { TrainerError } from '../../../../domain/errors.js';
import type { PolicyCommand } from '../../../../domain/training/trainer-protocol.js';
import { until } from '../../../support/pipeline-run.js';
import { policyJob, standIn } from './stand-in.js';

const served = `echo '{"event":"ready","device":"cpu","precision":"fp32","parameters":10,"trainable":2,"url":"http://127.0.0.1:1"}' >&3`;

async function serve(script: string): Promise<{ policy: PolicyProcess; folder: string }> {
  const { command, folder } = standIn(script);
  const policy = await new PythonTrainer(command, folder).policy(policyJob, () => undefined);
  onTestFinished(() => policy.close());
  return { policy, folder };
}

const load = (id: string, version: string): PolicyCommand => ({
  command: 'load',
  id,
  adapter: null,
  trainer_state: null,
  policy_version: version,
});

/** Answers each line of stdin by its id: `bad` with an error, others as loaded. */
const answering = `
${served}
while read -r line; do
  echo "$line" >> commands
  id=$(echo "$line" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
  case "$id" in
    bad) echo '{"event":"error","id":"bad","type":"CheckpointIncompatible","message":"rank 8 is not 4","retryable":false}' >&3 ;;
    die) exit 5 ;;
    *) echo '{"event":"loaded","id":"other","policy_version":"x"}' >&3
       echo "{\\"event\\":\\"loaded\\",\\"id\\":\\"$id\\",\\"policy_version\\":\\"v\\"}" >&3 ;;
  esac
done`;

describe('a policy process', () => {
  it('is served from when it says where', async () => {
    const { policy } = await serve(answering);
    expect(policy).toMatchObject({ url: 'http://127.0.0.1:1', policyVersion: 'base@1', alive: true });
  });

  it('takes commands as lines, and each gets the answer of its own id', async () => {
    const { policy, folder } = await serve(answering);
    const [one, two] = await Promise.all([
      policy.command(load('one', 'sft@1'), () => undefined),
      policy.command(load('two', 'sft@2'), () => undefined),
    ]);
    expect([one, two]).toMatchObject([{ id: 'one' }, { id: 'two' }]);
    const lines = readFileSync(join(folder, 'commands'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([load('one', 'sft@1'), load('two', 'sft@2')]);
  });

  it('serves the new version once it is loaded, and the old one when loading failed', async () => {
    const { policy } = await serve(answering);
    await policy.command(load('one', 'sft@1'), () => undefined);
    expect(policy.policyVersion).toBe('sft@1');
    const failed = policy.command(load('bad', 'sft@2'), () => undefined);
    await expect(failed).rejects.toMatchObject({
      name: 'TrainerError',
      message: 'CheckpointIncompatible: rank 8 is not 4',
      retryable: false,
    });
    expect(policy).toMatchObject({ policyVersion: 'sft@1', alive: true });
  });

  it('that ends in the middle of a command fails the command, to be tried again', async () => {
    const { policy } = await serve(answering);
    const failed = await policy.command(load('die', 'sft@1'), () => undefined).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(TrainerError);
    expect(failed).toMatchObject({ retryable: true });
    expect((failed as Error).message).toContain('the trainer ended with 5');
    expect(policy.alive).toBe(false);
  });

  it('that has ended takes no commands', async () => {
    const { policy } = await serve(answering);
    await policy.close();
    await expect(policy.command(load('one', 'x'), () => undefined)).rejects.toMatchObject({ retryable: true });
  });

  it('that ends before it serves fails with its words', async () => {
    const start = serve('echo "no such model" ; exit 1');
    await expect(start).rejects.toThrow('the trainer ended with 1:\nno such model');
  });

  it('ends when the command it works on is cancelled', async () => {
    const { policy } = await serve(`${served}; while read -r line; do :; done`);
    const controller = new AbortController();
    const command = policy.command(load('one', 'x'), () => undefined, controller.signal);
    controller.abort();
    await expect(command).rejects.toBeInstanceOf(TrainerError);
    await until(
      () => policy.alive,
      (alive) => !alive,
    );
  });
});
