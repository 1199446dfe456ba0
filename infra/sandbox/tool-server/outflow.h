#ifndef CLAWMILL_OUTFLOW_H
#define CLAWMILL_OUTFLOW_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

#define OUTFLOW_POLLS 3
#define OUTFLOW_PIECE 65536

/*
 * Moves an action's stdout and stderr to the host in pieces, up to a limit each, and drops the rest. Holds one piece at
 * most and never blocks, so that neither a flood nor a slow host costs memory or delays a deadline.
 */
struct outflow {
  struct {
    int descriptor;
    uint8_t kind;
    uint32_t left;
  } streams[2];
  bool truncated;
  uint32_t pending;
  uint32_t sent;
  uint8_t piece[FRAME_HEADER + OUTFLOW_PIECE];
};

void outflow_open(struct outflow *outflow, int output, int errors, uint32_t limit);
/* Fills in OUTFLOW_POLLS entries; pass them to outflow_move after poll. */
void outflow_watch(const struct outflow *outflow, struct pollfd *watched);
void outflow_move(struct outflow *outflow, const struct pollfd *watched);
/* Once no writer is left: moves what the pipes still hold. */
void outflow_drain(struct outflow *outflow);
void outflow_close(struct outflow *outflow);

#endif
