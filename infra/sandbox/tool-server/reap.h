#ifndef CLAWMILL_REAP_H
#define CLAWMILL_REAP_H

#include <sys/types.h>

/* Kills and reaps every process of the sandbox but this one. Only ever effective as PID 1 of a PID namespace. */
void kill_everything(void);

/* The same; writes the wait status of `child` to `status` if it was among them. */
void kill_everything_keeping_status(pid_t child, int *status);

#endif
