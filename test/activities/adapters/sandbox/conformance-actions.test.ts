import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Sandbox } from '../../../../activities/ports/sandbox.js';
import { python, shell } from './actions.js';
import { describeDrivers, spec } from './present-drivers.js';

describeDrivers('an action', (driver) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await driver.create(spec);
  });
  afterAll(() => sandbox.destroy());

  it('tells its exit code, stdout and stderr apart', async () => {
    const result = await sandbox.run(shell('echo out; echo err >&2; exit 7'));
    expect(result).toMatchObject({ exitCode: 7, signal: null, stdout: 'out\n', stderr: 'err\n' });
    expect(result).toMatchObject({ timedOut: false, outOfMemory: false, truncated: false });
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it('tells the signal that ended it', async () => {
    expect(await sandbox.run(shell('kill -SEGV $$'))).toMatchObject({ exitCode: null, signal: 'SIGSEGV' });
  });

  it('answers 127 for a command that is not there and 126 for one that cannot run', async () => {
    expect(await sandbox.run(shell('', { argv: ['no-such-command'] }))).toMatchObject({ exitCode: 127 });
    expect(await sandbox.run(shell('', { argv: ['/etc/passwd'] }))).toMatchObject({ exitCode: 126 });
    expect(await sandbox.run(shell('true', { cwd: '/no/such/folder' }))).toMatchObject({ exitCode: 126 });
  });

  it('answers 126 for arguments that no kernel takes, and goes on', async () => {
    for (const argv of [[], ['echo', 'a\0b'], ['echo', 'x'.repeat(200_000)], ['echo', 'x'.repeat(2 << 20)]]) {
      expect(await sandbox.run(shell('', { argv }))).toMatchObject({ exitCode: 126, stdout: '' });
    }
    expect(await sandbox.run(shell('echo well'))).toMatchObject({ stdout: 'well\n' });
  });

  it('reads its stdin, however large, and finds it empty where none is given', async () => {
    const stdin = 'zeile äöü\n'.repeat(60_000);
    const counted = await sandbox.run(shell('wc -c', { stdin }));
    expect(Number(counted.stdout)).toBe(Buffer.byteLength(stdin));
    expect((await sandbox.run(shell('wc -c'))).stdout.trim()).toBe('0');
  });

  it('runs in the workspace unless told otherwise', async () => {
    expect((await sandbox.run(shell('pwd'))).stdout).toBe('/workspace\n');
    expect((await sandbox.run(shell('pwd', { cwd: '/tmp' }))).stdout).toBe('/tmp\n');
  });

  it('has the fixed environment and its own variables, and nothing of the host', async () => {
    process.env.CLAWMILL_TEST_SECRET = 'host';
    const { stdout } = await sandbox.run(shell('env', { env: { TASK: 'own', TZ: 'Asia/Tokyo' } }));
    expect(stdout).toContain('TASK=own\n');
    expect(stdout).toContain('TZ=Asia/Tokyo\n');
    expect(stdout).toContain('HOME=/home/agent\n');
    expect(stdout).toContain('LANG=C.UTF-8\n');
    expect(stdout).not.toContain('host');
    expect((await sandbox.run(shell('uname -n'))).stdout).toBe('sandbox\n');
  });

  it('finds the tools that tasks are written for', async () => {
    const tools = 'python3 git jq sqlite3 rg patch ps awk sed grep find xargs diff tar gzip sort perl';
    const { exitCode, stderr } = await sandbox.run(shell(`for tool in ${tools}; do command -v $tool || exit 1; done`));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const standard = 'import csv, json, sqlite3, hashlib, unicodedata, zoneinfo, xml.etree, decimal; print("ok")';
    expect((await sandbox.run(python(standard))).stdout).toBe('ok\n');
  });

  it('is cut at its output limit, each stream on its own', async () => {
    const result = await sandbox.run(shell('head -c 3000 /dev/zero; head -c 500 /dev/zero >&2', { outputLimit: 1000 }));
    expect(result).toMatchObject({ truncated: true, exitCode: 0 });
    expect([result.stdout.length, result.stderr.length]).toEqual([1000, 500]);
    const exact = await sandbox.run(shell('head -c 1000 /dev/zero', { outputLimit: 1000 }));
    expect(exact).toMatchObject({ truncated: false });
  });

  it('may flood a gigabyte without costing memory here', async () => {
    const before = process.memoryUsage().rss;
    const result = await sandbox.run(shell('head -c 1073741824 /dev/zero', { outputLimit: 4096, timeoutMs: 60_000 }));
    expect(result).toMatchObject({ truncated: true, exitCode: 0 });
    expect(process.memoryUsage().rss - before).toBeLessThan(32 << 20);
  }, 90_000);

  it('is dead shortly after its deadline, though it loops and traps TERM', async () => {
    const result = await sandbox.run(shell('trap "" TERM; echo started; while :; do :; done', { timeoutMs: 300 }));
    expect(result).toMatchObject({ timedOut: true, exitCode: null, signal: 'SIGKILL', stdout: 'started\n' });
    expect(result.durationMs).toBeLessThan(600);
  });

  it('takes its daemonized children with it, at its end and at its deadline', async () => {
    const daemon =
      'setsid sh -c "trap \\"\\" TERM HUP; while :; do sleep 0.05; echo alive >> /tmp/beat; done" >/dev/null 2>&1 &';
    const left = await sandbox.run(shell(`${daemon} echo gone`));
    expect(left).toMatchObject({ exitCode: 0, stdout: 'gone\n', timedOut: false });
    const late = await sandbox.run(shell(`${daemon} sleep 30`, { timeoutMs: 300 }));
    expect(late.timedOut).toBe(true);
    const { stdout } = await sandbox.run(shell('ps -eo comm= | grep -v -e tool-server -e ps -e sh -e grep; exit 0'));
    expect(stdout).toBe('');
  });

  it('ends though a child in the background holds its output open', async () => {
    const result = await sandbox.run(shell('sleep 30 & echo done'));
    expect(result).toMatchObject({ stdout: 'done\n', exitCode: 0, timedOut: false });
    expect(result.durationMs).toBeLessThan(2_000);
  });
});
