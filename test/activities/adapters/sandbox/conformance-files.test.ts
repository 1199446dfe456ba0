import { expect, it } from 'vitest';

import { SandboxError } from '../../../../domain/errors.js';
import { textFile, type WorkspaceFile } from '../../../../domain/task/workspace.js';
import { WorkspaceTooLarge } from '../../../../activities/ports/sandbox.js';
import { shell } from './actions.js';
import { describeDrivers, withSandbox } from './present-drivers.js';

const limits = { bytes: 4 << 20, files: 100 };

describeDrivers('files', (driver) => {
  it('come back as they were put, sorted, binary and executable ones too', async () => {
    const files: WorkspaceFile[] = [
      textFile('Zebra.txt', 'last in the alphabet, first by code unit\n'),
      { path: 'bin/run.sh', content: '#!/bin/sh\necho ran\n', encoding: 'utf8', executable: true },
      {
        path: 'binary',
        content: Buffer.from([0, 255, 254, 128]).toString('base64'),
        encoding: 'base64',
        executable: false,
      },
      textFile('deep/er/still/empty', ''),
      textFile('größe/naïve.txt', 'ünïcode \u0000 and NUL'),
    ];
    await withSandbox(driver, async (sandbox) => {
      await sandbox.put('/workspace', files);
      expect((await sandbox.run(shell('bin/run.sh'))).stdout).toBe('ran\n');
      expect(await sandbox.snapshot('/workspace', limits)).toEqual(files);
    });
  });

  it('larger than a frame survive', async () => {
    const content = 'abcdefgh'.repeat(400_000);
    await withSandbox(driver, async (sandbox) => {
      await sandbox.put('/workspace', [textFile('large.txt', content)]);
      expect(await sandbox.snapshot('/workspace', limits)).toEqual([textFile('large.txt', content)]);
    });
  });

  it('replace what is there, without writing through links', async () => {
    await withSandbox(driver, async (sandbox) => {
      await sandbox.run(shell('echo old > kept; ln kept hard; ln -s kept soft; mkfifo pipe'));
      await sandbox.put('/workspace', [textFile('hard', 'new'), textFile('pipe', 'new'), textFile('soft', 'new')]);
      const { stdout } = await sandbox.run(shell('cat kept hard pipe soft; ls -l | grep -c "^-"'));
      expect(stdout).toBe('old\nnewnewnew4\n');
    });
  });

  it('are taken from regular files alone, and no link is followed', async () => {
    await withSandbox(driver, async (sandbox) => {
      const mischief = [
        'ln -s /etc/passwd link; ln -s /etc folder-link; ln -s . loop; mkfifo pipe',
        'python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'socket\')"',
        'echo kept > kept; mkdir closed; echo closed > closed/file; chmod 000 kept closed',
        "touch \"$(printf 'new\\nline')\" \"$(printf 'not-utf8-\\377')\" 'back\\slash'",
        'chmod 000 .',
      ];
      await sandbox.run(shell(mischief.join('\n')));
      const files = await sandbox.snapshot('/workspace', limits);
      expect(files).toEqual([textFile('closed/file', 'closed\n'), textFile('kept', 'kept\n')]);
    });
  });

  it('that an agent closed to everybody are no fault of the system', async () => {
    await withSandbox(driver, async (sandbox) => {
      await sandbox.run(shell('mkdir shut; echo kept > shut/inside; echo plain > open; chmod 000 shut open'));
      const put = sandbox.put('/workspace', [textFile('shut/new', 'x')]);
      const refused = await put.catch((error: unknown) => error);
      if (refused !== undefined) expect(refused).toMatchObject({ name: 'SandboxError', retryable: false });
      const taken = await sandbox.snapshot('/workspace', limits);
      expect(taken.map(({ path }) => path)).toEqual(expect.arrayContaining(['open']));
      await sandbox.wipe('/workspace');
      expect(await sandbox.snapshot('/workspace', limits)).toEqual([]);
    });
  });

  it('beyond the snapshot limits are WorkspaceTooLarge, and the sandbox goes on', async () => {
    await withSandbox(driver, async (sandbox) => {
      await sandbox.run(shell('head -c 5000 /dev/zero > five; truncate -s 1G sparse'));
      await expect(sandbox.snapshot('/workspace', limits)).rejects.toThrow(WorkspaceTooLarge);
      await sandbox.run(shell('rm sparse; touch a b c'));
      await expect(sandbox.snapshot('/workspace', { bytes: 4999, files: 100 })).rejects.toThrow(WorkspaceTooLarge);
      await expect(sandbox.snapshot('/workspace', { bytes: 5000, files: 3 })).rejects.toThrow(WorkspaceTooLarge);
      expect(await sandbox.snapshot('/workspace', { bytes: 5000, files: 4 })).toHaveLength(4);
    });
  });

  it('cannot be put outside of their folder', async () => {
    await withSandbox(driver, async (sandbox) => {
      await sandbox.run(shell('ln -s /tmp out; ln -s /home/agent/x dangling; mkdir folder'));
      for (const path of [
        '../breakout',
        '/tmp/breakout',
        'a/../../breakout',
        'out/breakout',
        'a//b',
        './a',
        'a/.',
        'folder',
      ]) {
        const refused = await sandbox.put('/workspace', [textFile(path, 'x')]).catch((error: unknown) => error);
        expect(refused, path).toBeInstanceOf(SandboxError);
        expect(refused, path).toMatchObject({ retryable: false });
      }
      await sandbox.put('/workspace', [textFile('dangling', 'x')]);
      const { stdout } = await sandbox.run(shell('find / -xdev -name "*breakout*" 2>/dev/null; ls /tmp /home/agent'));
      expect(stdout).toBe('/home/agent:\n\n/tmp:\n');
    });
  });

  it('that do not fit are WorkspaceTooLarge', async () => {
    await withSandbox(driver, async (sandbox) => {
      const large = textFile('large', 'x'.repeat(9 << 20));
      await expect(sandbox.put('/workspace', [large])).rejects.toThrow(WorkspaceTooLarge);
      const many = Array.from({ length: 300 }, (_, index) => textFile(`many/${index}`, ''));
      await expect(sandbox.put('/workspace', many)).rejects.toThrow(WorkspaceTooLarge);
    });
  });

  it('are all gone after a wipe, however they were hidden', async () => {
    await withSandbox(driver, async (sandbox) => {
      const deep = 'import os\nfor _ in range(150): os.mkdir("d"); os.chdir("d")\nopen("f", "w").close()';
      await sandbox.run(shell('mkdir -p .hidden/x closed/y; ln -s /tmp link; mkfifo p; chmod 000 closed .hidden/x'));
      await sandbox.run(shell('', { argv: ['python3', '-c', deep] }));
      await sandbox.wipe('/workspace');
      expect((await sandbox.run(shell('ls -A; df --output=iused . | tail -1'))).stdout.trim()).toBe('1');
    });
  });

  it('of the verifier are beyond the reach of what it checks', async ({ skip }) => {
    skip((await driver.probe()).includes('without root'), 'without root there is one uid in a sandbox');
    await withSandbox(driver, async (sandbox) => {
      await sandbox.put('/verifier', [textFile('check.py', 'print("checked")\n')]);
      const attacks = await sandbox.run(
        shell('echo forged > /verifier/check.py; rm -f /verifier/check.py; touch /verifier/x'),
      );
      expect(attacks.exitCode).not.toBe(0);
      expect((await sandbox.run(shell('python3 /verifier/check.py'))).stdout).toBe('checked\n');
    });
  });
});
