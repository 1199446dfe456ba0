#include "frame.h"

#include <stdlib.h>
#include <string.h>

enum frame_parse_result frame_parse(const uint8_t *bytes, size_t available, struct frame *out) {
  if (available < FRAME_HEADER) return FRAME_PARTIAL;
  uint32_t length = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
  if (length > FRAME_PAYLOAD_MAX) return FRAME_MALFORMED;
  if (available - FRAME_HEADER < length) return FRAME_PARTIAL;
  out->kind = bytes[4];
  out->length = length;
  out->payload = bytes + FRAME_HEADER;
  return FRAME_WHOLE;
}

struct cursor cursor_over(const struct frame *frame) {
  return (struct cursor){.at = frame->payload, .end = frame->payload + frame->length, .ok = true};
}

/* Takes `length` bytes, or fails for good. */
static const uint8_t *take(struct cursor *cursor, size_t length) {
  if (!cursor->ok || (size_t)(cursor->end - cursor->at) < length) {
    cursor->ok = false;
    return NULL;
  }
  const uint8_t *start = cursor->at;
  cursor->at += length;
  return start;
}

static uint64_t little_endian(struct cursor *cursor, size_t width) {
  const uint8_t *bytes = take(cursor, width);
  uint64_t value = 0;
  for (size_t i = 0; bytes != NULL && i < width; i++) value |= (uint64_t)bytes[i] << (8 * i);
  return value;
}

uint8_t cursor_u8(struct cursor *cursor) { return (uint8_t)little_endian(cursor, 1); }

uint32_t cursor_u32(struct cursor *cursor) { return (uint32_t)little_endian(cursor, 4); }

uint64_t cursor_u64(struct cursor *cursor) { return little_endian(cursor, 8); }

const char *cursor_string(struct cursor *cursor) {
  uint32_t length = cursor_u32(cursor);
  const uint8_t *bytes = take(cursor, length);
  if (bytes == NULL || length == 0 || memchr(bytes, 0, length) != bytes + length - 1) {
    cursor->ok = false;
    return "";
  }
  return (const char *)bytes;
}

char **cursor_strings(struct cursor *cursor, uint32_t most) {
  uint32_t count = cursor_u32(cursor);
  /* Each string takes at least five bytes: a count beyond that lies, and must not size an allocation. */
  if (!cursor->ok || count > most || count > (size_t)(cursor->end - cursor->at) / 5) {
    cursor->ok = false;
    return NULL;
  }
  char **strings = calloc((size_t)count + 1, sizeof *strings);
  if (strings == NULL) {
    cursor->ok = false;
    return NULL;
  }
  /* exec's signature lacks const, but nothing writes through these. */
  for (uint32_t i = 0; i < count; i++) strings[i] = (char *)(uintptr_t)cursor_string(cursor);
  if (cursor->ok) return strings;
  free(strings);
  return NULL;
}

bool cursor_finished(const struct cursor *cursor) { return cursor->ok && cursor->at == cursor->end; }

static void build_little_endian(struct builder *builder, uint64_t value, size_t width) {
  if (sizeof builder->bytes - builder->length < width) return;
  for (size_t i = 0; i < width; i++) builder->bytes[builder->length++] = (uint8_t)(value >> (8 * i));
}

void build_u8(struct builder *builder, uint8_t value) { build_little_endian(builder, value, 1); }

void build_u32(struct builder *builder, uint32_t value) { build_little_endian(builder, value, 4); }

void build_u64(struct builder *builder, uint64_t value) { build_little_endian(builder, value, 8); }

void build_text(struct builder *builder, const char *text) {
  size_t length = strlen(text);
  size_t room = sizeof builder->bytes - builder->length;
  if (room < 4) return;
  if (length > room - 4) length = room - 4;
  build_u32(builder, (uint32_t)length);
  memcpy(builder->bytes + builder->length, text, length);
  builder->length += (uint32_t)length;
}

void frame_header(uint8_t header[FRAME_HEADER], uint8_t kind, uint32_t length) {
  for (size_t i = 0; i < 4; i++) header[i] = (uint8_t)(length >> (8 * i));
  header[4] = kind;
}
