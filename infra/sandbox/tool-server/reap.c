#include "reap.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

void kill_everything_keeping_status(pid_t child, int *status) {
  /* Anywhere but at the top of a PID namespace, kill(-1) would reach the machine itself. */
  if (getpid() != 1) return;
  /*
   * One kill(-1) signals all processes atomically with respect to fork, so no fork bomb outruns it. Whatever is orphaned
   * becomes our child, so waiting until there is no child left is waiting until all are gone.
   */
  bool signalled;
  do {
    signalled = kill(-1, SIGKILL) == 0;
    for (;;) {
      int ended;
      pid_t pid = waitpid(-1, &ended, __WALL);
      if (pid > 0 && pid == child && status != NULL) *status = ended;
      if (pid < 0 && errno != EINTR) break;
    }
  } while (signalled);
}

void kill_everything(void) { kill_everything_keeping_status(-1, NULL); }
