#include "outflow.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "host.h"

void outflow_open(struct outflow *outflow, int output, int errors, uint32_t limit) {
  outflow->streams[0].descriptor = output;
  outflow->streams[0].kind = 'o';
  outflow->streams[0].left = limit;
  outflow->streams[1].descriptor = errors;
  outflow->streams[1].kind = 'e';
  outflow->streams[1].left = limit;
  outflow->truncated = false;
  outflow->pending = 0;
  outflow->sent = 0;
  for (int i = 0; i < 2; i++) fcntl(outflow->streams[i].descriptor, F_SETFL, O_NONBLOCK);
}

void outflow_watch(const struct outflow *outflow, struct pollfd *watched) {
  bool full = outflow->pending > 0;
  watched[0] = (struct pollfd){.fd = full ? STDOUT_FILENO : -1, .events = POLLOUT};
  /* A stream at its limit is read on while the host is slow: its bytes are dropped anyway. */
  for (int i = 0; i < 2; i++) {
    bool wanted = !full || outflow->streams[i].left == 0;
    watched[1 + i] = (struct pollfd){.fd = wanted ? outflow->streams[i].descriptor : -1, .events = POLLIN};
  }
}

static void send_pending(struct outflow *outflow) {
  while (outflow->sent < outflow->pending) {
    ssize_t count = write(STDOUT_FILENO, outflow->piece + outflow->sent, outflow->pending - outflow->sent);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0 && errno != EINTR) end_server(END_HOST_GONE, "host connection failed");
    if (count > 0) outflow->sent += (uint32_t)count;
  }
  outflow->pending = 0;
  outflow->sent = 0;
}

static void close_stream(struct outflow *outflow, int i) {
  if (outflow->streams[i].descriptor >= 0) close(outflow->streams[i].descriptor);
  outflow->streams[i].descriptor = -1;
}

/* Reads one piece; false when there is nothing to read now or ever. */
static bool take_piece(struct outflow *outflow, int i) {
  static uint8_t dropped[OUTFLOW_PIECE];
  uint32_t left = outflow->streams[i].left;
  if (outflow->streams[i].descriptor < 0 || (left > 0 && outflow->pending > 0)) return false;
  uint32_t most = left == 0 || left > OUTFLOW_PIECE ? OUTFLOW_PIECE : left;
  ssize_t count = read(outflow->streams[i].descriptor, left == 0 ? dropped : outflow->piece + FRAME_HEADER, most);
  if (count < 0) return errno == EINTR;
  if (count == 0) {
    close_stream(outflow, i);
    return false;
  }
  if (left == 0) {
    outflow->truncated = true;
    return true;
  }
  outflow->streams[i].left -= (uint32_t)count;
  frame_header(outflow->piece, outflow->streams[i].kind, (uint32_t)count);
  outflow->pending = FRAME_HEADER + (uint32_t)count;
  return true;
}

void outflow_move(struct outflow *outflow, const struct pollfd *watched) {
  for (int i = 0; i < 2; i++) {
    if (watched[1 + i].fd >= 0 && watched[1 + i].revents != 0) take_piece(outflow, i);
    if (outflow->pending > 0) send_pending(outflow);
  }
}

void outflow_drain(struct outflow *outflow) {
  for (int i = 0; i < 2; i++) {
    do {
      while (outflow->pending > 0) {
        struct pollfd host = {.fd = STDOUT_FILENO, .events = POLLOUT};
        poll(&host, 1, -1);
        send_pending(outflow);
      }
    } while (take_piece(outflow, i));
  }
}

void outflow_close(struct outflow *outflow) {
  for (int i = 0; i < 2; i++) close_stream(outflow, i);
}
