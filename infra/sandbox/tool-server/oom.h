#ifndef CLAWMILL_OOM_H
#define CLAWMILL_OOM_H

#include <stdint.h>

/* Chooses where to count: a file of a memory cgroup, already open (inherited from the host) or by path; first that works. */
void oom_watch_descriptor(int descriptor);
void oom_watch_mounted_cgroup(void);

/* Processes of this sandbox that the kernel has killed for memory so far; 0 where nothing can tell. */
uint64_t oom_kills(void);

#endif
