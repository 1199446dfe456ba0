#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "oom.h"
#include "outflow.h"
#include "reap.h"

enum ended { ENDED_BY_EXIT = 1, ENDED_BY_DEADLINE = 2, ENDED_WITH_OOM = 4, ENDED_TRUNCATED = 8 };

static int staged_input = -1;

void run_stage_input(const struct frame *frame) {
  if (staged_input < 0) staged_input = memfd_create("stdin", MFD_CLOEXEC);
  if (staged_input < 0) end_server(END_SYSTEM, "no memory file for stdin");
  for (uint32_t written = 0; written < frame->length;) {
    ssize_t count = write(staged_input, frame->payload + written, frame->length - written);
    if (count < 0 && errno != EINTR) end_server(END_SYSTEM, "could not keep stdin");
    if (count > 0) written += (uint32_t)count;
  }
}

static int take_input(void) {
  int input = staged_input;
  staged_input = -1;
  if (input < 0) return open("/dev/null", O_RDONLY | O_CLOEXEC);
  lseek(input, 0, SEEK_SET);
  return input;
}

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Made at the first run and kept: SIGCHLD is blocked in the server and read from here. */
static int child_signals(void) {
  static int descriptor = -1;
  if (descriptor >= 0) return descriptor;
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  descriptor = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  return descriptor;
}

/* Reaps what has ended; true once `child` has, with its wait status. */
static bool reap_ended(int signals, pid_t child, int *status) {
  struct signalfd_siginfo told;
  while (read(signals, &told, sizeof told) > 0) continue;
  bool found = false;
  int ended;
  for (pid_t pid; (pid = waitpid(-1, &ended, WNOHANG | __WALL)) > 0;) {
    if (pid != child) continue;
    *status = ended;
    found = true;
  }
  return found;
}

/* Lets the action run until it ends or its deadline is over; true in the latter case. */
static bool run_to_end(pid_t child, int *status, struct outflow *outflow, uint64_t deadline) {
  int signals = child_signals();
  for (;;) {
    uint64_t now = now_us();
    if (now >= deadline) return true;
    struct pollfd watched[2 + OUTFLOW_POLLS] = {
        {.fd = STDIN_FILENO, .events = POLLRDHUP},
        {.fd = signals, .events = POLLIN},
    };
    outflow_watch(outflow, watched + 2);
    int wait_ms = (int)((deadline - now + 999) / 1000 > 60000 ? 60000 : (deadline - now + 999) / 1000);
    if (poll(watched, 2 + OUTFLOW_POLLS, wait_ms) < 0 && errno != EINTR) end_server(END_SYSTEM, "poll failed");
    if (watched[0].revents != 0) end_server(END_HOST_GONE, "host gone during an action");
    outflow_move(outflow, watched + 2);
    if (watched[1].revents != 0 && reap_ended(signals, child, status)) return false;
  }
}

static void report(int status, int ended, uint64_t started) {
  struct builder builder = {.length = 0};
  if (WIFEXITED(status)) ended |= ENDED_BY_EXIT;
  build_u8(&builder, (uint8_t)ended);
  build_u32(&builder, (uint32_t)(WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)));
  build_u64(&builder, now_us() - started);
  host_send_built('T', &builder);
}

void run_action(const struct frame *frame, const struct identity *identity, const struct action_limits *limits) {
  struct action action;
  if (!action_read(frame, &action)) end_server(END_MALFORMED, "malformed frame: run");
  int out[2], errors[2];
  int input = take_input();
  if (input < 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) end_server(END_SYSTEM, "no descriptors");
  child_signals();
  uint64_t kills_before = oom_kills();
  uint64_t started = now_us();
  pid_t child = fork();
  if (child == 0) action_exec(&action, identity, limits, input, out[1], errors[1]);
  close(input);
  close(out[1]);
  close(errors[1]);
  struct outflow outflow;
  outflow_open(&outflow, out[0], errors[0], action.output_limit);
  if (child < 0) {
    host_send_failure(FAILURE_SYSTEM, strerror(errno), "fork");
  } else {
    int status = 0;
    int ended = run_to_end(child, &status, &outflow, started + (uint64_t)action.timeout_ms * 1000) ? ENDED_BY_DEADLINE : 0;
    kill_everything_keeping_status(ended ? child : -1, &status);
    outflow_drain(&outflow);
    if (oom_kills() > kills_before) ended |= ENDED_WITH_OOM;
    if (outflow.truncated) ended |= ENDED_TRUNCATED;
    report(status, ended, started);
  }
  outflow_close(&outflow);
  action_free(&action);
}
