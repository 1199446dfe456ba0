#ifndef CLAWMILL_IDENTITY_H
#define CLAWMILL_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Two identities live in a sandbox where the server has CAP_SETUID and CAP_SETGID: the server's own and the one of the
 * actions. Without them there is one, and PID 1's immunity, non-dumpability and seccomp protect the server alone.
 */
struct identity {
  uid_t server;
  uid_t action;
  bool privileged;
};

/* Moves the server to uid `server` and sets it not dumpable. Returns 0, or -1 with errno. */
int identity_assume(struct identity *identity, uid_t server, uid_t action);

/* Gives up the server's identity and all capabilities for good: for the child that becomes an action. */
int identity_become_action(const struct identity *identity);

/* Acts on files as `owner`, one of the two identities, until identity_restore. */
int identity_act_as(const struct identity *identity, uid_t owner);
void identity_restore(const struct identity *identity);

#endif
