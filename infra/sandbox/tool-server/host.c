#include "host.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "reap.h"

/* Holds one frame of the largest size. Lies in bss: pages that no frame reached cost nothing. */
static uint8_t input[FRAME_HEADER + FRAME_PAYLOAD_MAX];
static size_t input_used;
/* Bytes of the frame that host_next gave out last; dropped when the next one is asked for. */
static size_t input_lent;

_Noreturn void end_server(enum server_end end, const char *reason) {
  dprintf(STDERR_FILENO, "tool-server: %s\n", reason);
  kill_everything();
  _exit(end);
}

static void await(short events, int descriptor) {
  struct pollfd wanted = {.fd = descriptor, .events = events};
  while (poll(&wanted, 1, -1) < 0 && errno == EINTR) continue;
}

struct frame host_next(void) {
  memmove(input, input + input_lent, input_used - input_lent);
  input_used -= input_lent;
  input_lent = 0;
  for (;;) {
    struct frame frame;
    enum frame_parse_result result = frame_parse(input, input_used, &frame);
    if (result == FRAME_MALFORMED) end_server(END_MALFORMED, "malformed frame: length");
    if (result == FRAME_WHOLE) {
      input_lent = FRAME_HEADER + frame.length;
      return frame;
    }
    ssize_t got = read(STDIN_FILENO, input + input_used, sizeof input - input_used);
    if (got > 0) {
      input_used += (size_t)got;
    } else if (got == 0) {
      end_server(input_used == 0 ? END_HOST_GONE : END_MALFORMED, input_used == 0 ? "host gone" : "malformed frame: cut off");
    } else if (errno == EAGAIN) {
      await(POLLIN, STDIN_FILENO);
    } else if (errno != EINTR) {
      end_server(END_HOST_GONE, "host connection failed");
    }
  }
}

void host_send(uint8_t kind, const void *payload, uint32_t length) {
  uint8_t header[FRAME_HEADER];
  frame_header(header, kind, length);
  size_t sent = 0;
  while (sent < FRAME_HEADER + (size_t)length) {
    struct iovec parts[2];
    int count = 0;
    if (sent < FRAME_HEADER) parts[count++] = (struct iovec){header + sent, FRAME_HEADER - sent};
    size_t skip = sent < FRAME_HEADER ? 0 : sent - FRAME_HEADER;
    if (length > skip) parts[count++] = (struct iovec){(uint8_t *)(uintptr_t)payload + skip, length - skip};
    ssize_t wrote = writev(STDOUT_FILENO, parts, count);
    if (wrote > 0) {
      sent += (size_t)wrote;
    } else if (wrote < 0 && errno == EAGAIN) {
      await(POLLOUT, STDOUT_FILENO);
    } else if (wrote < 0 && errno != EINTR) {
      end_server(END_HOST_GONE, "host connection failed");
    }
  }
}

void host_send_built(uint8_t kind, const struct builder *builder) { host_send(kind, builder->bytes, builder->length); }

void host_send_done(void) { host_send('K', NULL, 0); }

enum failure failure_of_errno(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return FAILURE_NO_SPACE;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
    case ENOENT:
    case ENAMETOOLONG:
    // An agent can close its own folders to everybody; that is no fault of the system.
    case EACCES:
    case EPERM:
      return FAILURE_REFUSED;
    default:
      return FAILURE_SYSTEM;
  }
}

void host_send_failure(enum failure failure, const char *what, const char *path) {
  struct builder builder = {.length = 0};
  build_u8(&builder, (uint8_t)failure);
  build_text(&builder, what);
  build_text(&builder, path);
  host_send_built('X', &builder);
}
