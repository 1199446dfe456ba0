#ifndef CLAWMILL_PUT_H
#define CLAWMILL_PUT_H

#include "frame.h"
#include "identity.h"

/* Handles frame 'D' (the folder) and all frames up to 'Z' (end), then answers once. */
void put_files(const struct frame *first, const struct identity *identity);

#endif
