#ifndef CLAWMILL_SNAPSHOT_H
#define CLAWMILL_SNAPSHOT_H

#include "frame.h"
#include "identity.h"

/* Frame 'S': sends every regular file below a folder with its content; 'L': every entry, without content. */
void snapshot_send(const struct frame *frame, const struct identity *identity);
void snapshot_list(const struct frame *frame, const struct identity *identity);

#endif
