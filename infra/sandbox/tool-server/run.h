#ifndef CLAWMILL_RUN_H
#define CLAWMILL_RUN_H

#include "action.h"

/* Keeps a piece of stdin for the next run; answers nothing. */
void run_stage_input(const struct frame *frame);

/* Runs one action to its end, streaming its output to the host, and leaves no process behind. */
void run_action(const struct frame *frame, const struct identity *identity, const struct action_limits *limits);

#endif
