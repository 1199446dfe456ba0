#ifndef CLAWMILL_WIPE_H
#define CLAWMILL_WIPE_H

#include "frame.h"
#include "identity.h"

/* Frame 'W': removes everything below a folder, then answers. */
void wipe_folder(const struct frame *frame, const struct identity *identity);

#endif
