import { describe, expect, it } from 'vitest';

import { ownCgroups } from '../../../../activities/adapters/sandbox/bubblewrap/cgroup-mounts.js';

const line = (folder: string, type: string, options: string, root = '/'): string =>
  `31 23 0:26 ${root} ${folder} rw,nosuid - ${type} ${type} ${options}`;

describe('the search for cgroups', () => {
  it('finds memory and pids of version 1, each where it is mounted', () => {
    const mounts = [
      line('/sys/fs/cgroup/memory', 'cgroup', 'rw,memory'),
      line('/sys/fs/cgroup/pids', 'cgroup', 'rw,pids'),
    ];
    expect(ownCgroups(mounts.join('\n'), '8:pids:/\n4:memory:/box/a\n0::/')).toEqual({
      version: 1,
      memory: '/sys/fs/cgroup/memory/box/a',
      pids: '/sys/fs/cgroup/pids',
    });
  });

  it('finds the one folder of version 2', () => {
    expect(ownCgroups(line('/sys/fs/cgroup', 'cgroup2', 'rw'), '0::/user.slice/session')).toEqual({
      version: 2,
      memory: '/sys/fs/cgroup/user.slice/session',
      pids: '/sys/fs/cgroup/user.slice/session',
    });
  });

  it('finds its own place where a container sees only a part of the tree', () => {
    const mount = line('/sys/fs/cgroup', 'cgroup2', 'rw', '/docker/abc');
    expect(ownCgroups(mount, '0::/docker/abc/inner')?.memory).toBe('/sys/fs/cgroup/inner');
    expect(ownCgroups(mount, '0::/docker/abc')?.memory).toBe('/sys/fs/cgroup');
  });

  it('finds nothing where none is mounted', () => {
    expect(ownCgroups(line('/', 'ext4', 'rw'), '0::/')).toBeUndefined();
  });
});
