/* Unit test of the frame parser: known cases, then a million random inputs under the sanitizers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

#define CHECK(condition) \
  do { \
    if (!(condition)) { \
      printf("line %d: %s\n", __LINE__, #condition); \
      exit(1); \
    } \
  } while (0)

static void test_frames(void) {
  struct frame frame;
  const uint8_t whole[] = {3, 0, 0, 0, 'P', 'a', 'b', 'c', 'x'};
  for (size_t cut = 0; cut < 8; cut++) CHECK(frame_parse(whole, cut, &frame) == FRAME_PARTIAL);
  CHECK(frame_parse(whole, 9, &frame) == FRAME_WHOLE);
  CHECK(frame.kind == 'P' && frame.length == 3 && memcmp(frame.payload, "abc", 3) == 0);
  const uint8_t too_long[] = {1, 0, 16, 0, 'P'};
  CHECK(frame_parse(too_long, 5, &frame) == FRAME_MALFORMED);
}

static void test_fields(void) {
  const uint8_t payload[] = {7, 1, 2, 0, 0, 3, 0, 0, 0, 'h', 'i', 0, 1, 0, 0, 0, 1, 0, 0, 0, 0};
  struct frame frame = {.kind = 'x', .length = sizeof payload, .payload = payload};
  struct cursor cursor = cursor_over(&frame);
  CHECK(cursor_u8(&cursor) == 7);
  CHECK(cursor_u32(&cursor) == 0x201);
  CHECK(strcmp(cursor_string(&cursor), "hi") == 0);
  CHECK(!cursor_finished(&cursor));
  char **strings = cursor_strings(&cursor, 4);
  CHECK(strings != NULL && strings[0][0] == '\0' && strings[1] == NULL && cursor_finished(&cursor));
  free(strings);
  CHECK(cursor_u8(&cursor) == 0 && !cursor.ok);
}

static void test_bad_strings(void) {
  const uint8_t unended[] = {2, 0, 0, 0, 'h', 'i'}, inner[] = {3, 0, 0, 0, 'h', 0, 0}, empty[] = {0, 0, 0, 0};
  const struct frame frames[] = {{'x', sizeof unended, unended}, {'x', sizeof inner, inner}, {'x', sizeof empty, empty}};
  for (size_t i = 0; i < 3; i++) {
    struct cursor cursor = cursor_over(&frames[i]);
    CHECK(*cursor_string(&cursor) == '\0' && !cursor.ok);
  }
}

static void test_builder(void) {
  static struct builder builder;
  static char text[9000];
  memset(text, 'x', sizeof text - 1);
  build_u32(&builder, 5);
  build_text(&builder, text);
  build_u64(&builder, 1);
  CHECK(builder.length == sizeof builder.bytes);
}

/* Whatever comes, nothing is read outside of the bytes given: each input lies in an allocation of its exact size. */
static void test_random(void) {
  srandom(1);
  for (int round = 0; round < 1000000; round++) {
    size_t size = (size_t)random() % 40;
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(random() % 4 ? random() % 8 : random());
    struct frame frame;
    if (frame_parse(bytes, size, &frame) == FRAME_WHOLE) {
      struct cursor cursor = cursor_over(&frame);
      cursor_u8(&cursor);
      cursor_string(&cursor);
      free(cursor_strings(&cursor, 100));
      CHECK(!cursor.ok || cursor.at <= cursor.end);
    }
    free(bytes);
  }
}

int main(void) {
  test_frames();
  test_fields();
  test_bad_strings();
  test_builder();
  test_random();
  puts("frame parser: ok");
}
