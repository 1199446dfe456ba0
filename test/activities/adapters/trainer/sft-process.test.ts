import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PythonTrainer } from '../../../../activities/adapters/trainer/python-trainer.js';
import { TrainerProcess } from '../../../../activities/adapters/trainer/trainer-process.js';
import { TrainerError } from '../../../../domain/errors.js';
import { sftJobSchema, type TrainerEvent } from '../../../../domain/training/trainer-protocol.js';
import { until } from '../../../support/pipeline-run.js';
import { done, ready, sftJob, standIn, step } from './stand-in.js';

/** Runs an SFT job whose trainer is the script. */
function train(script: string, signal = new AbortController().signal) {
  const { command, folder } = standIn(script);
  const events: TrainerEvent[] = [];
  const trained = new PythonTrainer(command, folder).sft(sftJob(folder), (event) => events.push(event), signal);
  return { trained, events, folder, log: () => readFileSync(join(folder, 'out', 'trainer.log'), 'utf8') };
}

async function trainerErrorOf(work: Promise<unknown>): Promise<TrainerError> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TrainerError);
  return error as TrainerError;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

const pidIn = (file: string): Promise<number> =>
  until(
    () => {
      try {
        return Number(readFileSync(file, 'utf8').trim());
      } catch {
        return 0;
      }
    },
    (pid) => pid > 0,
  );

describe('a training process', () => {
  it('gets its job in a file, tells events on descriptor 3, and ends with the path of what it made', async () => {
    const { trained, events, folder } = train(
      `cp "$JOB" "$PWD/job-seen.json"; echo "$1 $2" > args; ${ready}; ${step(1)}; ${step(2)}; ${done}`,
    );
    expect(await trained).toEqual({ path: '/out/final', metrics: { loss: 0.5 } });
    expect(events.map(({ event }) => event)).toEqual(['ready', 'step', 'step', 'done']);
    expect(sftJobSchema.parse(JSON.parse(readFileSync(join(folder, 'job-seen.json'), 'utf8')))).toEqual(sftJob(folder));
    expect(readFileSync(join(folder, 'args'), 'utf8')).toBe('-m trainer\n');
  });

  it('prints what it likes elsewhere: that goes to its log and is never taken for events', async () => {
    const { trained, events, log } = train(
      `echo '{"event":"done","path":"/forged","metrics":{}}'; echo warning >&2; ${done}`,
    );
    expect((await trained).path).toBe('/out/final');
    expect(events).toHaveLength(1);
    expect(log()).toContain('/forged');
    expect(log()).toContain('warning');
  });

  it('may print lines on descriptor 3 that are no events: they are left out', async () => {
    const { trained, events } = train(
      `echo 'no JSON' >&3; echo '{"event":"unknown"}' >&3; echo '{"event":"step","step":"one"}' >&3; echo >&3; ${done}`,
    );
    await trained;
    expect(events.map(({ event }) => event)).toEqual(['done']);
  });

  it('hears of no hub, and of what the caller adds to its environment', async () => {
    const { trained, log } = train(`echo "$HF_HUB_OFFLINE $PYTHONUNBUFFERED $STAND_IN"; ${done}`);
    await trained;
    expect(log()).toBe('1 1 yes\n');
  });

  it('that tells an error fails with its type, words, next step and whether to try again', async () => {
    const told = {
      event: 'error',
      type: 'LossNotFinite',
      message: 'loss is nan at step 3',
      retryable: false,
      next_step: 'lower sft.learningRate',
    };
    const error = await trainerErrorOf(train(`echo '${JSON.stringify(told)}' >&3; exit 1`).trained);
    expect(error).toMatchObject({
      message: 'LossNotFinite: loss is nan at step 3',
      nextStep: 'lower sft.learningRate',
      retryable: false,
    });
    const lost = { event: 'error', type: 'OutOfMemory', message: 'device', retryable: true };
    expect(await trainerErrorOf(train(`echo '${JSON.stringify(lost)}' >&3; exit 1`).trained)).toMatchObject({
      retryable: true,
    });
  });

  it('that crashes fails with its exit code and the end of its log, to be tried again', async () => {
    const { trained, folder } = train('for line in 1 2 3 4 5 6 7; do echo "line $line"; done; exit 3');
    const error = await trainerErrorOf(trained);
    expect(error.message).toBe('the trainer ended with 3:\nline 3\nline 4\nline 5\nline 6\nline 7');
    expect(error.retryable).toBe(true);
    expect(error.nextStep).toBe(`read ${join(folder, 'out', 'trainer.log')}`);
  });

  it('that ends well without having told that it is done has failed', async () => {
    expect((await trainerErrorOf(train(`${ready}; exit 0`).trained)).message).toContain('the trainer ended with 0');
  });

  it('that told it is done and then failed has failed', async () => {
    expect((await trainerErrorOf(train(`${done}; exit 9`).trained)).message).toContain('the trainer ended with 9');
  });

  it('that is killed fails with the signal, to be tried again', async () => {
    const error = await trainerErrorOf(train('kill -9 $$').trained);
    expect(error.message).toContain('the trainer ended with SIGKILL');
    expect(error.retryable).toBe(true);
  });

  it('that cannot be started fails, and says which program', async () => {
    const folder = standIn('').folder;
    const absent = new PythonTrainer({ python: join(folder, 'absent'), projectDir: folder }, folder);
    const error = await trainerErrorOf(absent.sft(sftJob(folder), () => undefined, new AbortController().signal));
    expect(error.message).toContain(join(folder, 'absent'));
  });

  it('that is told to stop gets SIGTERM and the time for a checkpoint', async () => {
    const controller = new AbortController();
    const { trained, folder } = train(
      `trap 'echo saved > checkpoint; exit 0' TERM; echo $$ > pid; ${ready}; while :; do sleep 0.05; done`,
      controller.signal,
    );
    await pidIn(join(folder, 'pid'));
    controller.abort(new Error('the worker shuts down'));
    await expect(trained).rejects.toThrow('the worker shuts down');
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toBe('saved\n');
  });

  it('that was told to stop before it began is stopped all the same', async () => {
    const { trained } = train('sleep 60', AbortSignal.abort(new Error('too late')));
    await expect(trained).rejects.toThrow('too late');
  });

  it('that does not stop is killed with all its children when its time is over', async () => {
    const { command, folder } = standIn(
      `trap '' TERM; (trap '' TERM; echo $$ > /dev/null; sleep 300 & echo $! > child; wait) & echo $$ > pid; while :; do sleep 0.05; done`,
    );
    const trainer = new TrainerProcess(command, sftJob(folder), join(folder, 'out'));
    onTestFinished(() => trainer.stop(0));
    const [pid, child] = [await pidIn(join(folder, 'pid')), await pidIn(join(folder, 'child'))];
    expect([isAlive(pid), isAlive(child)]).toEqual([true, true]);
    const started = performance.now();
    await trainer.stop(300);
    expect(performance.now() - started).toBeGreaterThanOrEqual(290);
    expect(trainer.alive).toBe(false);
    await until(
      () => isAlive(child),
      (alive) => !alive,
    );
  });

  it('that stops leaves none of its children behind', async () => {
    const { command, folder } = standIn(
      `trap 'exit 0' TERM; sleep 300 & echo $! > child; while :; do sleep 0.05; done`,
    );
    const trainer = new TrainerProcess(command, sftJob(folder), join(folder, 'out'));
    onTestFinished(() => trainer.stop(0));
    const child = await pidIn(join(folder, 'child'));
    await trainer.stop();
    await until(
      () => isAlive(child),
      (alive) => !alive,
    );
    await sleep(0);
    expect(trainer.alive).toBe(false);
  });
});
