#include "oom.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int counter = -1;

void oom_watch_descriptor(int descriptor) { counter = fcntl(descriptor, F_DUPFD_CLOEXEC, 10); }

void oom_watch_mounted_cgroup(void) {
  if (counter < 0) counter = open("/sys/fs/cgroup/memory.events", O_RDONLY | O_CLOEXEC);
  if (counter < 0) counter = open("/sys/fs/cgroup/memory/memory.oom_control", O_RDONLY | O_CLOEXEC);
}

uint64_t oom_kills(void) {
  char text[512];
  if (counter < 0) return 0;
  ssize_t length = pread(counter, text, sizeof text - 1, 0);
  if (length <= 0) return 0;
  text[length] = '\0';
  /* Both cgroup versions write a line `oom_kill N`; `oom_kill_disable` and `oom_group_kill` must not match. */
  const char *line = strstr(text, "oom_kill ");
  return line == NULL ? 0 : strtoull(line + strlen("oom_kill "), NULL, 10);
}
