import { readFileSync } from 'node:fs';

const NEW_NAMESPACES = 0x7e020000;
const ENOSYS = 38;
const EPERM = 1;
const addressFamily = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;

interface Condition {
  index: number;
  value: number;
  valueTwo?: number;
  op: 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_MASKED_EQ';
}

interface Rule {
  names: string[];
  action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  errnoRet?: number;
  args?: Condition[];
}

/** The same rules as infra/sandbox/seccomp/filter.c, in the JSON that Docker takes inline. */
export function seccompProfile(allowedSyscallsFile: string): string {
  const names = readFileSync(allowedSyscallsFile, 'utf8').trim().split('\n');
  const rules: Rule[] = [
    { names, action: 'SCMP_ACT_ALLOW' },
    ...[addressFamily.unix, addressFamily.inet, addressFamily.inet6].map((family) => allow('socket', equal(0, family))),
    // Netlink only for routes (protocol 0): name resolution and interface lists need it.
    allow('socket', equal(0, addressFamily.netlink), equal(2, 0)),
    allow('socketpair', equal(0, addressFamily.unix)),
    allow('clone', { index: 0, value: NEW_NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }),
    // Its flags lie behind a pointer; libraries fall back to clone.
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    // TIOCSTI and TIOCLINUX put characters into a terminal's input.
    allow('ioctl', { index: 1, value: 0x5412, op: 'SCMP_CMP_NE' }, { index: 1, value: 0x541c, op: 'SCMP_CMP_NE' }),
    ...[0x0, 0x8, 0x20000, 0x20008, 0xffffffff].map((persona) => allow('personality', equal(0, persona))),
    allow('prlimit64', equal(0, 0)),
  ];
  const architectures = [process.arch === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64'];
  return JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: EPERM, architectures, syscalls: rules });
}

function allow(name: string, ...args: Condition[]): Rule {
  return { names: [name], action: 'SCMP_ACT_ALLOW', args };
}

function equal(index: number, value: number): Condition {
  return { index, value, op: 'SCMP_CMP_EQ' };
}
