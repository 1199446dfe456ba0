import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BubblewrapProcess } from '../../../activities/adapters/sandbox/bubblewrap/bubblewrap-process.js';
import { launchArguments } from '../../../activities/adapters/sandbox/bubblewrap/launch-arguments.js';
import { encodeFrame } from '../../../activities/adapters/sandbox/frame-codec.js';
import { PayloadWriter } from '../../../activities/adapters/sandbox/payload.js';
import { readPreparedSandbox, type PreparedSandbox } from '../../../activities/adapters/sandbox/prepared-sandbox.js';
import { cacheDir } from '../../../infra/setup/cache-dir.js';
import { inRepository } from '../../../infra/setup/repository.js';
import { prepareSandbox } from '../../../infra/setup/sandbox.js';

const limits = { memoryBytes: 64 << 20, pids: 20, diskBytes: 4 << 20, inodes: 100, openFiles: 64 };
let prepared: PreparedSandbox;

beforeAll(async () => {
  await prepareSandbox({ cacheDir: cacheDir(), log: console.log });
  prepared = readPreparedSandbox(cacheDir());
}, 600_000);

/** How the server ends after having been sent these bytes, as `exit N, reason`. */
async function endAfter(bytes: Buffer): Promise<string> {
  const uid = process.getuid?.() === 0 ? 999_999_000 : undefined;
  const args = launchArguments({
    bubblewrap: 'bwrap',
    toolServer: prepared.toolServer,
    rootDir: prepared.rootDir ?? '',
    limits,
    ...(uid === undefined ? {} : { uid }),
    cgroupEntries: [],
    descriptors: { seccomp: 3 },
  });
  const child = BubblewrapProcess.start(prepared.launcher, args, [prepared.seccompProgram]);
  child.fromServer.resume();
  child.toServer.on('error', () => undefined);
  child.toServer.end(bytes);
  await child.ended;
  return child.lastWords();
}

describe('the tool server', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tool-server-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('passes the unit test of its frame parser', async () => {
    const source = inRepository('infra/sandbox/tool-server');
    const { stdout } = await execa('make', ['-s', '-C', source, 'test', `OUT=${folder}`]);
    expect(stdout).toContain('frame parser: ok');
  });

  it('refuses to work anywhere but at the top of a PID namespace, where its kill(-1) would reach others', async () => {
    expect((await execa(prepared.toolServer, [], { reject: false })).exitCode).toBe(78);
  });

  it('ends well when the host hangs up', async () => {
    expect(await endAfter(encodeFrame('P'))).toBe('exit 0, tool-server: host gone');
  });

  it.each([
    ['a length beyond the limit', Buffer.from([255, 255, 255, 127, 82])],
    ['an unknown kind', encodeFrame('?')],
    ['a frame that is cut off', encodeFrame('P').subarray(0, 3)],
    ['a run without an action', encodeFrame('R')],
    ['a run with a string that runs over', encodeFrame('R', new PayloadWriter().u32(1).u32(1).u32(99).done())],
    [
      'a run with more arguments than bytes',
      encodeFrame('R', new PayloadWriter().u32(1).u32(1).string('/').u32(60_000).done()),
    ],
    [
      'content that belongs to no file',
      Buffer.concat([encodeFrame('D', new PayloadWriter().string('/tmp').done()), encodeFrame('C', Buffer.from('x'))]),
    ],
    [
      'bytes after the last field',
      encodeFrame('W', Buffer.concat([new PayloadWriter().string('/tmp').done(), Buffer.from('x')])),
    ],
  ])('ends with code 65 on %s', async (_what, bytes) => {
    expect(await endAfter(bytes)).toMatch(/^exit 65, tool-server: malformed frame/);
  });
});
