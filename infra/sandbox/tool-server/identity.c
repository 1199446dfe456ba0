#include "identity.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

#define BIT(capability) (1u << (capability))

static int set_capabilities(unsigned wanted) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct sets[2] = {{.effective = wanted, .permitted = wanted, .inheritable = 0}, {0, 0, 0}};
  return (int)syscall(SYS_capset, &header, sets);
}

static unsigned permitted_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct sets[2] = {{0, 0, 0}, {0, 0, 0}};
  return syscall(SYS_capget, &header, sets) == 0 ? sets[0].permitted : 0;
}

int identity_assume(struct identity *identity, uid_t server, uid_t action) {
  const unsigned needed = BIT(CAP_SETUID) | BIT(CAP_SETGID) | BIT(CAP_KILL);
  unsigned permitted = permitted_capabilities();
  identity->privileged = (permitted & needed) == needed && server != action;
  if (!identity->privileged) {
    identity->server = getuid();
    identity->action = getuid();
    if (set_capabilities(0) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0);
  }
  identity->server = server;
  identity->action = action;
  if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setgroups(0, NULL) != 0) return -1;
  if (setresgid(server, server, server) != 0 || setresuid(server, server, server) != 0) return -1;
  if (set_capabilities(needed) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 0);
}

int identity_become_action(const struct identity *identity) {
  if (identity->privileged) {
    uid_t action = identity->action;
    if (setresgid(action, action, action) != 0 || setresuid(action, action, action) != 0) return -1;
  }
  if (set_capabilities(0) != 0) return -1;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int identity_act_as(const struct identity *identity, uid_t owner) {
  if (!identity->privileged || owner != identity->action) return 0;
  return setresgid((gid_t)-1, owner, (gid_t)-1) != 0 || setresuid((uid_t)-1, owner, (uid_t)-1) != 0 ? -1 : 0;
}

void identity_restore(const struct identity *identity) {
  if (!identity->privileged) return;
  int failed = setresuid((uid_t)-1, identity->server, (uid_t)-1) != 0;
  /* Leaving effective uid 0 clears the effective capabilities; the permitted ones are still there to be raised. */
  failed |= set_capabilities(BIT(CAP_SETUID) | BIT(CAP_SETGID) | BIT(CAP_KILL)) != 0;
  failed |= setresgid((gid_t)-1, identity->server, (gid_t)-1) != 0;
  failed |= prctl(PR_SET_DUMPABLE, 0) != 0;
  if (failed) end_server(END_SYSTEM, "could not take the server's identity back");
}
