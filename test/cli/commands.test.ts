import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clawmill } from './clawmill.js';

let folder: string;
let state: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawmill-cli-'));
  state = { CLAWMILL_STATE: join(folder, 'state') };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configFile(text: string): string {
  const file = join(folder, 'run.yaml');
  writeFileSync(file, text);
  return file;
}

describe('bad input ends with exit code 2 and one clear message', () => {
  it('names file, line and field of an unknown key', async () => {
    const file = configFile('name: demo\nsft:\n  epochz: 2\n');
    const { exitCode, stderr } = await clawmill(['run', file], state);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${file}:3: sft.epochz: unknown key`);
    expect(stderr).toContain('next: ');
    expect(stderr).not.toContain('    at ');
  });

  it('says of a missing file that there is none', async () => {
    const { exitCode, stderr } = await clawmill(['run', join(folder, 'nowhere.yaml')], state);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('nowhere.yaml: no such file');
  });

  it('names the task kinds there are when a config asks for another', async () => {
    const file = configFile('name: demo\nsynthesize: { kinds: [csv-sum, no-such-kind] }\n');
    const { exitCode, stderr } = await clawmill(['config', 'show', file], state);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('synthesize.kinds.1: no kind of task (it is "no-such-kind")');
    expect(stderr).toContain('csv-sum');
  });

  it('refuses options and commands that there are not', async () => {
    expect((await clawmill(['run', '--nope'], state)).exitCode).toBe(2);
    expect((await clawmill(['nope'], state)).exitCode).toBe(2);
  });
});

describe('without a Temporal server', () => {
  it('says so, and how to start one, with exit code 4', async () => {
    const { exitCode, stderr } = await clawmill(['status', 'latest'], state);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no Temporal server');
    expect(stderr).toContain('next: start it with: npm run -s clawmill -- dev');
  });

  it('gives up on an address where nobody listens within ten seconds', async () => {
    const started = Date.now();
    const { exitCode, stderr } = await clawmill(['list'], { ...state, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('the Temporal server at 127.0.0.1:1 does not answer');
    expect(stderr).toContain('TEMPORAL_ADDRESS');
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  it('gives up on a server that takes the connection and says nothing', async () => {
    const silent: Server = createServer(() => undefined);
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
    });
    try {
      const { exitCode, stderr } = await clawmill(['list'], { ...state, TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
      expect(exitCode).toBe(4);
      expect(stderr).toContain('does not answer');
    } finally {
      silent.close();
    }
  });
});

it('shows a config with every default as JSON on one line of stdout', async () => {
  const file = configFile('name: demo\n');
  const { exitCode, stdout } = await clawmill(['config', 'show', file, '--json', '--set', 'sft.epochs=2'], state);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'demo', sft: { epochs: 2, method: 'lora' } });
});
