#ifndef CLAWMILL_FRAME_H
#define CLAWMILL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A frame on the wire: u32 length of the payload (little-endian), u8 kind, payload. See README.md. */
#define FRAME_HEADER 5
#define FRAME_PAYLOAD_MAX (1u << 20)

struct frame {
  uint8_t kind;
  uint32_t length;
  const uint8_t *payload;
};

enum frame_parse_result { FRAME_WHOLE, FRAME_PARTIAL, FRAME_MALFORMED };

/* Looks for one whole frame at the start of `bytes`; a whole one occupies FRAME_HEADER + out->length bytes. */
enum frame_parse_result frame_parse(const uint8_t *bytes, size_t available, struct frame *out);

/* Reads fields from a payload. After any short or invalid field `ok` stays false and every read gives zero. */
struct cursor {
  const uint8_t *at;
  const uint8_t *end;
  bool ok;
};

struct cursor cursor_over(const struct frame *frame);
uint8_t cursor_u8(struct cursor *cursor);
uint32_t cursor_u32(struct cursor *cursor);
uint64_t cursor_u64(struct cursor *cursor);
/*
 * A string is u32 length and bytes, the last of which must be the only NUL: so it can be used in place, without a copy,
 * for as long as the frame lives.
 */
const char *cursor_string(struct cursor *cursor);
/* u32 count and that many strings, as a NULL-terminated vector to be freed by the caller; NULL when malformed. */
char **cursor_strings(struct cursor *cursor, uint32_t most);
/* True when every field was there and nothing follows. */
bool cursor_finished(const struct cursor *cursor);

/* Builds small payloads (at most 8 KiB); text that does not fit is cut. */
struct builder {
  uint8_t bytes[8192];
  uint32_t length;
};

void build_u8(struct builder *builder, uint8_t value);
void build_u32(struct builder *builder, uint32_t value);
void build_u64(struct builder *builder, uint64_t value);
void build_text(struct builder *builder, const char *text);
void frame_header(uint8_t header[FRAME_HEADER], uint8_t kind, uint32_t length);

#endif
