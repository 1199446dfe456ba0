/* The first process of every sandbox: carries out the host's requests, one at a time. README.md tells the protocol. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "identity.h"
#include "oom.h"
#include "put.h"
#include "run.h"
#include "snapshot.h"
#include "wipe.h"

#define PROTOCOL_VERSION 1

struct settings {
  uid_t server;
  uid_t action;
  int oom_descriptor;
  struct action_limits limits;
};

static uint64_t number(const char *text) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (errno != 0 || *end != '\0' || end == text) end_server(END_USAGE, "an argument is not a number");
  return value;
}

static struct settings read_settings(int count, char **arguments) {
  struct settings settings = {.server = getuid(), .action = getuid(), .oom_descriptor = -1, .limits = {.open_files = 256}};
  for (int i = 1; i < count; i += 2) {
    const char *name = arguments[i];
    if (i + 1 >= count) end_server(END_USAGE, "an argument lacks its value");
    uint64_t value = number(arguments[i + 1]);
    if (strcmp(name, "--server-uid") == 0) settings.server = (uid_t)value;
    else if (strcmp(name, "--action-uid") == 0) settings.action = (uid_t)value;
    else if (strcmp(name, "--oom-descriptor") == 0) settings.oom_descriptor = (int)value;
    else if (strcmp(name, "--open-files") == 0) settings.limits.open_files = value;
    else if (strcmp(name, "--processes") == 0) settings.limits.processes = value;
    else if (strcmp(name, "--address-space") == 0) settings.limits.address_space = value;
    else end_server(END_USAGE, "unknown argument");
  }
  return settings;
}

static void prepare(const struct settings *settings, struct identity *identity) {
  if (getpid() != 1) end_server(END_NOT_INIT, "must be PID 1 of its own PID namespace");
  signal(SIGPIPE, SIG_IGN);
  umask(022);
  if (settings->oom_descriptor >= 0) oom_watch_descriptor(settings->oom_descriptor);
  oom_watch_mounted_cgroup();
  struct rlimit descriptors;
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  if (identity_assume(identity, settings->server, settings->action) != 0) {
    end_server(END_SYSTEM, "could not take the server's identity");
  }
  int flags = fcntl(STDOUT_FILENO, F_GETFL);
  if (flags < 0 || fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) != 0) end_server(END_SYSTEM, "no stdout");
}

static void greet(const struct identity *identity) {
  struct builder builder = {.length = 0};
  build_u32(&builder, PROTOCOL_VERSION);
  build_u8(&builder, identity->privileged);
  host_send_built('H', &builder);
}

int main(int count, char **arguments) {
  struct settings settings = read_settings(count, arguments);
  struct identity identity;
  prepare(&settings, &identity);
  greet(&identity);
  for (;;) {
    struct frame frame = host_next();
    switch (frame.kind) {
      case 'P': host_send('K', NULL, 0); break;
      case 'I': run_stage_input(&frame); break;
      case 'R': run_action(&frame, &identity, &settings.limits); break;
      case 'D': put_files(&frame, &identity); break;
      case 'S': snapshot_send(&frame, &identity); break;
      case 'L': snapshot_list(&frame, &identity); break;
      case 'W': wipe_folder(&frame, &identity); break;
      default: end_server(END_MALFORMED, "malformed frame: unknown kind");
    }
  }
}
