import { describe, expect, it } from 'vitest';
import { meanReward, readResult, verifySnapshot } from '../../../activities/verify/verify-snapshot.js';
import { SandboxError } from '../../../domain/errors.js';
import { textFile } from '../../../domain/task/workspace.js';
import { FakeSandboxes, resultOf } from '../../support/fake-sandbox.js';
import { taskOf } from '../../support/tasks.js';

describe('what a verifier prints', () => {
  it('counts by its last line alone: a flat object of checks', () => {
    const stdout = 'looking at out.txt\n{"old": 0}\n{"exists": 1, "right": 0.5}\n\n';
    expect(readResult(resultOf({ stdout }))).toEqual({ valid: true, checks: { exists: 1, right: 0.5 }, reward: 0.75 });
  });

  it.each([
    ['nothing', ''],
    ['words', 'all fine'],
    ['an empty object', '{}'],
    ['a list', '[1, 1]'],
    ['a bare number', '1'],
    ['null', 'null'],
    ['NaN, as Python prints it', '{"exists": NaN}'],
    ['Infinity, as Python prints it', '{"exists": Infinity}'],
    ['a number that overflows', '{"exists": 1e999}'],
    ['more than 1', '{"exists": 1.5}'],
    ['less than 0', '{"exists": -0.1}'],
    ['a truth value', '{"exists": true}'],
    ['a number in quotes', '{"exists": "1"}'],
    ['null for a check', '{"exists": null}'],
    ['a nested object', '{"exists": {"a": 1}}'],
    ['a nameless check', '{"": 1}'],
    ['an object cut off', '{"exists": 1'],
    ['more behind the object', '{"exists": 1}\nbye'],
  ])('is no result when it is %s', (_name, stdout) => {
    const result = readResult(resultOf({ stdout }));
    expect(result).toMatchObject({
      valid: false,
      reason: expect.stringContaining("the verifier's last line is no object of checks"),
    });
  });

  it.each([
    ['passed its deadline', { timedOut: true, stdout: '{"exists": 1}' }, 'the verifier passed its deadline'],
    [
      'ended with a failure',
      { exitCode: 1, stdout: '{"exists": 1}', stderr: 'a\nb\nc\nKeyError: x\n' },
      'the verifier ended with 1: b | c | KeyError: x',
    ],
    ['was killed', { exitCode: null, signal: 'SIGKILL', stdout: '{"exists": 1}' }, 'the verifier ended with SIGKILL: '],
  ])('is no result when it %s, whatever it had printed', (_name, result, reason) => {
    expect(readResult(resultOf(result))).toEqual({ valid: false, reason });
  });

  it('does not tell of a wrong line at length', () => {
    const result = readResult(resultOf({ stdout: 'x'.repeat(100_000) }));
    expect(JSON.stringify(result).length).toBeLessThan(400);
  });

  it('is worth the mean of its checks', () => {
    expect(meanReward({ a: 1, b: 0, c: 0.5, d: 0.5 })).toBe(0.5);
  });
});

describe('verifying a snapshot', () => {
  const { verifier } = taskOf();
  const spec = {
    runId: 'r',
    attemptId: 'a',
    limits: { memoryBytes: 1, pids: 1, diskBytes: 1, inodes: 1, openFiles: 1 },
    lifetimeSeconds: 9,
  };

  it('happens in a box that holds the snapshot and the verifier alone, and is destroyed', async () => {
    const sandboxes = new FakeSandboxes(() => ({ stdout: '{"right": 1}' }));
    const snapshot = [textFile('out.txt', 'hello\n')];
    expect(await verifySnapshot(verifier, snapshot, sandboxes, spec, 1)).toEqual([
      { valid: true, checks: { right: 1 }, reward: 1 },
    ]);
    const [box] = sandboxes.given;
    expect([...(box?.files.keys() ?? [])]).toEqual(['/workspace/out.txt', '/verifier/check.py']);
    expect(box?.actions).toMatchObject([{ argv: verifier.command, cwd: '/workspace', timeoutMs: 30_000 }]);
    expect(box?.destroyed).toBe(true);
  });

  it('starts each repeat from the snapshot, whatever the one before changed or left', async () => {
    const seen: string[][] = [];
    const sandboxes = new FakeSandboxes((_action, box) => {
      seen.push([...box.files].map(([path, { content }]) => `${path} ${content}`).sort());
      box.files.set('/workspace/left.txt', textFile('left.txt', 'x'));
      box.files.set('/verifier/check.py', textFile('check.py', 'always right'));
      box.files.delete('/workspace/out.txt');
      return { stdout: '{"right": 1}' };
    });
    const results = await verifySnapshot(verifier, [textFile('out.txt', 'hello')], sandboxes, spec, 3);
    expect(results).toHaveLength(3);
    expect(seen[0]).toEqual(['/verifier/check.py print({})', '/workspace/out.txt hello']);
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
    expect(sandboxes.given).toHaveLength(1);
  });

  it('lets a broken sandbox go up, and destroys it', async () => {
    const sandboxes = new FakeSandboxes(() => {
      throw new SandboxError('the engine is gone', { retryable: true });
    });
    await expect(verifySnapshot(verifier, [], sandboxes, spec, 1)).rejects.toThrow(SandboxError);
    expect(sandboxes.given[0]?.destroyed).toBe(true);
  });
});
