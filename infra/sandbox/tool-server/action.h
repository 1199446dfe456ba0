#ifndef CLAWMILL_ACTION_H
#define CLAWMILL_ACTION_H

#include "frame.h"
#include "identity.h"

struct action_limits {
  uint64_t open_files;
  /* 0: not limited here (a cgroup does it). */
  uint64_t processes;
  uint64_t address_space;
};

struct action {
  uint32_t timeout_ms;
  uint32_t output_limit;
  const char *cwd;
  char **argv;
  char **env;
};

/* Reads a run request; false when malformed. Free with action_free. */
bool action_read(const struct frame *frame, struct action *action);
void action_free(struct action *action);

/* In the forked child: becomes the action. Never returns. */
_Noreturn void action_exec(const struct action *action, const struct identity *identity, const struct action_limits *limits,
                           int input, int output, int errors);

#endif
