import { expect, it } from 'vitest';

import { python, shell } from './actions.js';
import { describeDrivers, withSandbox } from './present-drivers.js';

describeDrivers('confinement', (driver) => {
  it('leaves loopback and no other network', async () => {
    await withSandbox(driver, async (sandbox) => {
      const loopback = `
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=lambda: server.accept()[0].sendall(b"hello")).start()
print(socket.create_connection(server.getsockname()).recv(5).decode(), [name for _, name in socket.if_nameindex()])`;
      expect((await sandbox.run(python(loopback))).stdout).toBe("hello ['lo']\n");
      const outside = 'import socket\nsocket.create_connection(("192.0.2.1", 80), 1)';
      expect((await sandbox.run(python(outside))).stderr).toContain('Network is unreachable');
    });
  });

  it('makes the root read-only and leaves the memory folders writable', async () => {
    await withSandbox(driver, async (sandbox) => {
      const writable =
        'for d in / /etc /usr/bin /var /run /dev /home /sys /proc; do (echo x > $d/probe) 2>/dev/null && echo $d; done';
      expect((await sandbox.run(shell(`${writable}; exit 0`))).stdout).toBe('');
      const folders = 'for d in /workspace /tmp /dev/shm /home/agent; do echo x > $d/probe || exit 1; done';
      expect(await sandbox.run(shell(folders))).toMatchObject({ exitCode: 0 });
    });
  });

  it('kills a memory hog and says so, and the next action is answered', async ({ skip }) => {
    skip((await driver.probe()).includes('rlimit'), 'no cgroup can be made here: the hog only fails to allocate');
    await withSandbox(driver, async (sandbox) => {
      const hog = await sandbox.run(python('b = []\nwhile True: b.append(bytearray(1 << 20))', { timeoutMs: 30_000 }));
      expect(hog).toMatchObject({ outOfMemory: true, timedOut: false, signal: 'SIGKILL' });
      expect(await sandbox.run(shell('echo well'))).toMatchObject({ stdout: 'well\n', outOfMemory: false });
    });
  });

  it('contains a fork bomb, and the next action is answered', async () => {
    await withSandbox(driver, async (sandbox) => {
      const bomb = await sandbox.run(
        python('import os\nwhile True:\n try: os.fork()\n except OSError: pass', { timeoutMs: 700 }),
      );
      expect(bomb).toMatchObject({ timedOut: true });
      expect(bomb.durationMs).toBeLessThan(1_500);
      expect(await sandbox.run(shell('echo well'))).toMatchObject({ stdout: 'well\n' });
    });
  });

  it('limits bytes and inodes of the workspace, and open files', async () => {
    await withSandbox(driver, async (sandbox) => {
      const bytes = await sandbox.run(shell('head -c 20000000 /dev/zero > large; stat -c %s large'));
      expect(bytes.stderr).toContain('No space left');
      expect(Number(bytes.stdout)).toBeLessThanOrEqual(8 << 20);
      await sandbox.wipe('/workspace');
      const inodes = await sandbox.run(
        shell('for i in $(seq 300); do touch f$i 2>/dev/null || break; done; ls | wc -l'),
      );
      expect(Number(inodes.stdout)).toBe(200);
      const files =
        'import os\nn = []\ntry:\n  while True: n.append(os.open("/", 0))\nexcept OSError: print(len(n) + 3)';
      expect((await sandbox.run(python(files))).stdout).toBe('128\n');
    });
  });

  it('protects the tool server from its actions', async () => {
    await withSandbox(driver, async (sandbox) => {
      const attacks = [
        'kill -9 1; kill -STOP 1; kill -9 -1 & true',
        'ls /proc/1/fd /proc/1/cwd; cat /proc/1/environ /proc/1/maps; echo 1000 > /proc/1/oom_score_adj',
        'for fd in 0 1 2; do printf "\\001\\000\\000\\000Kx" > /proc/1/fd/$fd; done',
        'prlimit --pid 1 --nofile=1:1; renice 19 1; gdb -p 1',
      ];
      for (const attack of attacks) await sandbox.run(shell(attack));
      const trace =
        'import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.ptrace(16, 1, 0, 0), ctypes.get_errno())';
      expect((await sandbox.run(python(trace))).stdout).toBe('-1 1\n');
      expect(await sandbox.run(shell('echo well'))).toMatchObject({ stdout: 'well\n', exitCode: 0 });
    });
  });

  it('takes every capability and every way to new ones', async () => {
    await withSandbox(driver, async (sandbox) => {
      const { stdout } = await sandbox.run(
        shell('grep -E "^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs|Seccomp):" /proc/self/status'),
      );
      const values = stdout
        .trim()
        .split(/\s+/)
        .filter((_, index) => index % 2 === 1);
      expect(values).toEqual([...Array<string>(4).fill('0'.repeat(16)), '1', '2']);
      expect((await sandbox.run(shell('id -u; cat /proc/self/oom_score_adj'))).stdout).toMatch(/^[1-9]\d*\n1000\n$/);
      expect(await sandbox.run(shell('unshare --user true'))).toMatchObject({ exitCode: 1 });
    });
  });

  it('answers EPERM to the system calls that escapes are made of', async () => {
    const calls = `
import ctypes, errno, platform
c = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"
numbers = {"io_uring_setup": 425, "keyctl": 250 if x86 else 219, "bpf": 321 if x86 else 280, "perf_event_open": 298 if x86 else 241,
  "unshare": 272 if x86 else 97, "setns": 308 if x86 else 268, "mount": 165 if x86 else 40, "userfaultfd": 323 if x86 else 282,
  "process_vm_readv": 310 if x86 else 270, "pidfd_getfd": 438, "open_by_handle_at": 304 if x86 else 265, "kexec_load": 246 if x86 else 104}
for name, number in numbers.items():
  if c.syscall(number, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.EPERM: print(name)
clone = 56 if x86 else 220
if c.syscall(clone, 0x10000000, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.EPERM: print("clone(NEWUSER)")
if c.syscall(435, 0, 0) != -1 or ctypes.get_errno() != errno.ENOSYS: print("clone3")
for family in (40, 38, 17, 16, 31, 21):
  if c.socket(family, 3, 12 if family == 16 else 0) != -1 or ctypes.get_errno() != errno.EPERM: print("socket", family)`;
    await withSandbox(driver, async (sandbox) => {
      expect(await sandbox.run(python(calls))).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
    });
  });
});
