import { describe, expect, it } from 'vitest';
import { describeRun } from '../../../activities/attempt/observation.js';
import { useTool } from '../../../activities/attempt/tools.js';
import { WorkspaceTooLarge } from '../../../activities/ports/sandbox.js';
import { SandboxError } from '../../../domain/errors.js';
import { textFile } from '../../../domain/task/workspace.js';
import { FakeSandbox, resultOf, type Play } from '../../support/fake-sandbox.js';

const limits = { actionMs: 2000, outputBytes: 100 };
const boxOf = (play?: Play): FakeSandbox =>
  new FakeSandbox(
    {
      runId: 'r',
      attemptId: 'a',
      limits: { memoryBytes: 1, pids: 1, diskBytes: 1, inodes: 1, openFiles: 1 },
      lifetimeSeconds: 1,
    },
    play,
  );

async function boxWith(path: string, content: string): Promise<FakeSandbox> {
  const box = boxOf();
  await box.put('/workspace', [textFile(path, content)]);
  return box;
}

const contentOf = (box: FakeSandbox, path: string): string | undefined => box.files.get(`/workspace/${path}`)?.content;

describe('tools', () => {
  it('run a command in a shell, in the workspace, within the limits', async () => {
    const box = boxOf(() => ({ stdout: 'a.txt\n', stderr: 'note\n' }));
    expect(await useTool(box, { tool: 'exec', command: 'ls; echo note >&2' }, limits)).toBe('a.txt\nnote');
    expect(box.actions).toEqual([
      { argv: ['/bin/sh', '-c', 'ls; echo note >&2'], cwd: '/workspace', timeoutMs: 2000, outputLimit: 100 },
    ]);
  });

  it('pass paths as arguments, never through a shell, and never as options', async () => {
    const box = boxOf(() => ({ stdout: 'x/\n' }));
    await useTool(box, { tool: 'read', path: '-n; rm -rf /' }, limits);
    await useTool(box, { tool: 'list', path: '$(reboot)' }, limits);
    expect(box.actions.map(({ argv }) => argv)).toEqual([
      ['cat', '--', '-n; rm -rf /'],
      ['ls', '-1Ap', '--', '$(reboot)'],
    ]);
  });

  it('write a file, also into folders that are not there yet', async () => {
    const box = boxOf();
    expect(await useTool(box, { tool: 'write', path: 'new/out.txt', content: 'ü\n' }, limits)).toBe('(ok)');
    expect(await useTool(box, { tool: 'write', path: '/workspace/abs.txt', content: 'x' }, limits)).toBe('(ok)');
    expect(contentOf(box, 'new/out.txt')).toBe('ü\n');
    expect(contentOf(box, 'abs.txt')).toBe('x');
  });

  it.each([
    '../out',
    '/etc/passwd',
    'a/../../out',
    '/verifier/check.py',
    '.',
    '/workspace',
    '',
    'a\u0000b',
    '/workspace/../verifier/x',
    'a\\b',
  ])('refuse to write %j, which is no file below the workspace', async (path) => {
    const box = boxOf();
    expect(await useTool(box, { tool: 'write', path, content: 'x' }, limits)).toMatch(
      /^\[cannot write .*only files below \/workspace/s,
    );
    expect(box.files.size).toBe(0);
  });

  it.each<[string, Error]>([
    ['a path that the box refuses', new SandboxError('The sandbox refused: Is a directory (data)')],
    ['a disk that the agent has filled', new WorkspaceTooLarge('No space left on device (out.txt)')],
  ])('show the agent %s, for it is its own doing', async (_name, refusal) => {
    const box = boxOf();
    box.put = () => Promise.reject(refusal);
    expect(await useTool(box, { tool: 'write', path: 'data', content: 'x' }, limits)).toBe(
      `[cannot write data: ${refusal.message}]`,
    );
  });

  it('do not show it a connection that broke', async () => {
    const box = boxOf();
    box.put = () => Promise.reject(new SandboxError('the tool server is gone', { retryable: true }));
    await expect(useTool(box, { tool: 'write', path: 'a', content: 'x' }, limits)).rejects.toThrow(
      'the tool server is gone',
    );
  });

  it('refuse to edit what lies outside, also where it can be read', async () => {
    const box = boxOf();
    await box.put('/verifier', [textFile('check.py', 'secret')]);
    const call = { tool: 'edit', path: '/verifier/check.py', old: 'secret', new: 'open' } as const;
    expect(await useTool(box, call, limits)).toContain('cannot write /verifier/check.py');
    expect(box.files.get('/verifier/check.py')?.content).toBe('secret');
  });

  it('edit the one place where the old text stands, and take the new text literally', async () => {
    const box = await boxWith('a.txt', 'price: 1\nname: x\n');
    expect(await useTool(box, { tool: 'edit', path: 'a.txt', old: 'price: 1', new: "price: $& $1 $'" }, limits)).toBe(
      '(ok)',
    );
    expect(contentOf(box, 'a.txt')).toBe("price: $& $1 $'\nname: x\n");
  });

  it.each([
    ['nowhere', 'z', 0],
    ['twice', 'b', 2],
    ['everywhere, being empty', '', 0],
  ])('refuse an edit whose old text stands %s, and say so', async (_name, old, times) => {
    const box = await boxWith('a.txt', 'a b b');
    expect(await useTool(box, { tool: 'edit', path: 'a.txt', old, new: 'n' }, limits)).toBe(
      `[the old text stands ${String(times)} times in a.txt: it must stand there once]`,
    );
    expect(contentOf(box, 'a.txt')).toBe('a b b');
  });

  it('tell an edit of a missing file as the shell would', async () => {
    const call = { tool: 'edit', path: 'none', old: 'a', new: 'b' } as const;
    expect(await useTool(boxOf(), call, limits)).toBe('cat: none: No such file or directory\n[exit 1]');
  });

  it('let infrastructure errors go up', async () => {
    const box = boxOf(() => {
      throw new SandboxError('the engine is gone', { retryable: true });
    });
    await expect(useTool(box, { tool: 'exec', command: 'ls' }, limits)).rejects.toThrow(SandboxError);
  });
});

describe('what the agent sees of an action', () => {
  it.each([
    ['output alone', { stdout: 'out\n' }, 'out'],
    ['nothing at all', {}, '(ok)'],
    ['a failure', { exitCode: 2, stderr: 'bad\n' }, 'bad\n[exit 2]'],
    ['a signal', { exitCode: null, signal: 'SIGSEGV' }, '[killed by SIGSEGV]'],
    [
      'a deadline, whatever else there was',
      { exitCode: null, signal: 'SIGKILL', timedOut: true, stdout: 'half' },
      'half\n[deadline passed, killed]',
    ],
    ['too much memory', { exitCode: null, signal: 'SIGKILL', outOfMemory: true }, '[out of memory, killed]'],
    ['too much output', { stdout: 'x', truncated: true }, 'x\n[output truncated]'],
  ])('is told: %s', (_name, result, seen) => {
    expect(describeRun(resultOf(result))).toBe(seen);
  });
});
