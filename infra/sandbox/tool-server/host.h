#ifndef CLAWMILL_HOST_H
#define CLAWMILL_HOST_H

#include "frame.h"

/* Why the server ended, as its exit status. */
enum server_end { END_HOST_GONE = 0, END_USAGE = 64, END_MALFORMED = 65, END_SYSTEM = 71, END_NOT_INIT = 78 };

/* Kills whatever runs in the sandbox and ends the server; the reason goes to stderr for the host's log. */
_Noreturn void end_server(enum server_end end, const char *reason);

/* Waits for the next whole frame from the host; ends the server on end of input or on a malformed frame. */
struct frame host_next(void);

/* Sends one frame, waiting for room. */
void host_send(uint8_t kind, const void *payload, uint32_t length);
void host_send_built(uint8_t kind, const struct builder *builder);

/* Answers to requests. */
void host_send_done(void);

enum failure { FAILURE_REFUSED = 1, FAILURE_TOO_LARGE = 2, FAILURE_NO_SPACE = 3, FAILURE_SYSTEM = 4 };

void host_send_failure(enum failure failure, const char *what, const char *path);

/* The failure that an errno stands for. */
enum failure failure_of_errno(int error);

#endif
