#include "put.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "tree.h"

/* One put in progress. After the first failure the remaining frames are read and ignored, so that the stream stays whole. */
struct put {
  int root;
  int file;
  enum failure failure;
  char what[128];
  char path[TREE_PATH_MAX];
};

static void fail(struct put *put, enum failure failure, const char *what, const char *path) {
  if (put->failure != 0) return;
  put->failure = failure;
  snprintf(put->what, sizeof put->what, "%s", what);
  snprintf(put->path, sizeof put->path, "%s", path);
}

static void fail_with_errno(struct put *put, const char *path) {
  fail(put, failure_of_errno(errno), strerror(errno), path);
}

static void close_file(struct put *put) {
  if (put->file >= 0 && close(put->file) != 0) fail_with_errno(put, put->path);
  put->file = -1;
}

static void open_root(struct put *put, const struct frame *frame, const struct identity *identity) {
  struct cursor cursor = cursor_over(frame);
  const char *folder = cursor_string(&cursor);
  if (!cursor_finished(&cursor)) end_server(END_MALFORMED, "malformed frame: put");
  put->root = tree_open_as_owner(folder, identity);
  if (put->root < 0) fail_with_errno(put, folder);
}

static void open_file(struct put *put, const struct frame *frame) {
  struct cursor cursor = cursor_over(frame);
  bool executable = cursor_u8(&cursor) != 0;
  const char *path = cursor_string(&cursor);
  if (!cursor_finished(&cursor)) end_server(END_MALFORMED, "malformed frame: file");
  close_file(put);
  if (put->failure != 0) return;
  if (!tree_path_is_inside(path)) return fail(put, FAILURE_REFUSED, "path leaves the folder", path);
  const char *name;
  int parent = tree_make_parent(put->root, path, &name);
  if (parent < 0) return fail_with_errno(put, path);
  /* A new file, never one that is there: it could be a pipe, or share its content with another by a hard link. */
  if (unlinkat(parent, name, 0) != 0 && errno != ENOENT) {
    fail_with_errno(put, path);
  } else {
    put->file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, executable ? 0755 : 0644);
    if (put->file < 0) fail_with_errno(put, path);
  }
  close(parent);
  if (put->file >= 0) snprintf(put->path, sizeof put->path, "%s", path);
}

static void write_piece(struct put *put, const struct frame *frame) {
  if (put->failure != 0) return;
  if (put->file < 0) end_server(END_MALFORMED, "malformed frame: content without a file");
  for (uint32_t written = 0; written < frame->length;) {
    ssize_t count = write(put->file, frame->payload + written, frame->length - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_with_errno(put, put->path);
    written += (uint32_t)count;
  }
}

void put_files(const struct frame *first, const struct identity *identity) {
  /* Static for its size; a put is over before the next one starts. */
  static struct put put;
  put = (struct put){.root = -1, .file = -1, .failure = 0};
  open_root(&put, first, identity);
  for (struct frame frame = host_next(); frame.kind != 'Z'; frame = host_next()) {
    if (frame.kind == 'F') {
      open_file(&put, &frame);
    } else if (frame.kind == 'C') {
      write_piece(&put, &frame);
    } else {
      end_server(END_MALFORMED, "malformed frame: kind within put");
    }
  }
  close_file(&put);
  if (put.root >= 0) close(put.root);
  identity_restore(identity);
  if (put.failure == 0) {
    host_send_done();
  } else {
    host_send_failure(put.failure, put.what, put.path);
  }
}
