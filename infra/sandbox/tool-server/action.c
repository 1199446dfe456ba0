#include "action.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_ARGUMENTS 65536

bool action_read(const struct frame *frame, struct action *action) {
  struct cursor cursor = cursor_over(frame);
  action->timeout_ms = cursor_u32(&cursor);
  action->output_limit = cursor_u32(&cursor);
  action->cwd = cursor_string(&cursor);
  action->argv = cursor_strings(&cursor, MOST_ARGUMENTS);
  action->env = cursor_strings(&cursor, MOST_ARGUMENTS);
  if (cursor_finished(&cursor) && action->argv[0] != NULL) return true;
  action_free(action);
  return false;
}

void action_free(struct action *action) {
  free(action->argv);
  free(action->env);
}

/* As a shell: 127 for a command that is not there, 126 for one that cannot be run; the reason on stderr. */
_Noreturn static void give_up(int status, const char *subject) {
  dprintf(STDERR_FILENO, "%s: %s\n", subject, strerror(errno));
  _exit(status);
}

static void be_first_to_die_for_memory(void) {
  /* While not dumpable, our files in /proc may belong to a root that is not ours. */
  prctl(PR_SET_DUMPABLE, 1);
  int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    if (write(score, "1000", 4) != 4) dprintf(STDERR_FILENO, "could not raise oom_score_adj\n");
    close(score);
  }
  prctl(PR_SET_DUMPABLE, 0);
}

static void limit(int resource, uint64_t most) {
  struct rlimit bounds = {.rlim_cur = most, .rlim_max = most};
  if (setrlimit(resource, &bounds) != 0) give_up(126, "setrlimit");
}

static void reset_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void action_exec(const struct action *action, const struct identity *identity, const struct action_limits *limits,
                           int input, int output, int errors) {
  if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) _exit(126);
  setsid();
  reset_signals();
  umask(022);
  be_first_to_die_for_memory();
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, limits->open_files);
  if (limits->processes > 0) limit(RLIMIT_NPROC, limits->processes);
  if (limits->address_space > 0) limit(RLIMIT_AS, limits->address_space);
  if (identity_become_action(identity) != 0) give_up(126, "identity");
  if (chdir(action->cwd) != 0) give_up(126, action->cwd);
  syscall(SYS_close_range, 3u, ~0u, 0u);
  environ = action->env;
  execvp(action->argv[0], action->argv);
  give_up(errno == ENOENT ? 127 : 126, action->argv[0]);
}
