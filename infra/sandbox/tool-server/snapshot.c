#include "snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "tree.h"

/* Deeper than any path that a workspace may have; also bounds the descriptors held open. */
#define MOST_LEVELS 256
#define PIECE 65536

struct walk {
  bool with_content;
  uint64_t bytes_left;
  uint32_t entries_left;
  enum failure failure;
  const char *what;
  char path[TREE_PATH_MAX];
};

static bool fail(struct walk *walk, enum failure failure, const char *what) {
  walk->failure = failure;
  walk->what = what;
  return false;
}

static bool send_content(struct walk *walk, int file, uint64_t size) {
  static uint8_t piece[PIECE];
  for (uint64_t left = size; left > 0;) {
    ssize_t count = read(file, piece, left < PIECE ? left : PIECE);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(walk, FAILURE_SYSTEM, count < 0 ? strerror(errno) : "file shrank");
    host_send('c', piece, (uint32_t)count);
    left -= (uint64_t)count;
  }
  return true;
}

static bool send_file(struct walk *walk, int folder, const char *name, const struct stat *entry) {
  uint64_t size = (uint64_t)entry->st_size;
  if (walk->entries_left == 0) return fail(walk, FAILURE_TOO_LARGE, "too many files");
  if (size > walk->bytes_left) return fail(walk, FAILURE_TOO_LARGE, "too many bytes");
  walk->entries_left--;
  walk->bytes_left -= size;
  int file = tree_open_entry(folder, name, entry);
  if (file < 0) return fail(walk, FAILURE_SYSTEM, strerror(errno));
  struct builder builder = {.length = 0};
  build_u8(&builder, (entry->st_mode & 0111) != 0);
  build_u64(&builder, size);
  build_text(&builder, walk->path);
  host_send_built('f', &builder);
  bool sent = send_content(walk, file, size);
  close(file);
  return sent;
}

static bool send_entry(struct walk *walk, const struct stat *entry) {
  if (walk->entries_left == 0) return fail(walk, FAILURE_TOO_LARGE, "too many entries");
  walk->entries_left--;
  struct builder builder = {.length = 0};
  build_u32(&builder, entry->st_mode);
  build_u64(&builder, (uint64_t)entry->st_size);
  build_text(&builder, walk->path);
  host_send_built('l', &builder);
  return true;
}

static bool visit_folder(struct walk *walk, int folder, size_t length, int level);

static bool visit(struct walk *walk, int folder, const char *name, size_t length, int level) {
  struct stat entry;
  if (fstatat(folder, name, &entry, AT_SYMLINK_NOFOLLOW) != 0) return fail(walk, FAILURE_SYSTEM, strerror(errno));
  if (!walk->with_content && !send_entry(walk, &entry)) return false;
  if (walk->with_content && S_ISREG(entry.st_mode)) return send_file(walk, folder, name, &entry);
  if (!S_ISDIR(entry.st_mode) || level >= MOST_LEVELS) return true;
  int below = tree_open_entry(folder, name, &entry);
  return below < 0 ? fail(walk, FAILURE_SYSTEM, strerror(errno)) : visit_folder(walk, below, length, level + 1);
}

/* Takes over the descriptor `folder`, whose path has `length` characters. */
static bool visit_folder(struct walk *walk, int folder, size_t length, int level) {
  DIR *listing = fdopendir(folder);
  if (listing == NULL) {
    close(folder);
    return fail(walk, FAILURE_SYSTEM, strerror(errno));
  }
  bool going = true;
  for (struct dirent *found; going && (found = readdir(listing)) != NULL;) {
    if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) continue;
    size_t extra = strlen(found->d_name) + (length > 0);
    if (length + extra >= sizeof walk->path) continue;
    snprintf(walk->path + length, sizeof walk->path - length, "%s%s", length > 0 ? "/" : "", found->d_name);
    going = visit(walk, dirfd(listing), found->d_name, length + extra, level);
    if (going) walk->path[length] = '\0';
  }
  closedir(listing);
  return going;
}

static void send_walk(const struct frame *frame, const struct identity *identity, bool with_content) {
  static struct walk walk;
  walk = (struct walk){.with_content = with_content, .failure = 0};
  struct cursor cursor = cursor_over(frame);
  walk.bytes_left = cursor_u64(&cursor);
  walk.entries_left = cursor_u32(&cursor);
  const char *path = cursor_string(&cursor);
  if (!cursor_finished(&cursor)) end_server(END_MALFORMED, "malformed frame: snapshot or list");
  int root = tree_open_as_owner(path, identity);
  if (root < 0) fail(&walk, failure_of_errno(errno), strerror(errno));
  bool whole = root >= 0 && visit_folder(&walk, root, 0, 0);
  identity_restore(identity);
  if (whole) {
    host_send_done();
  } else {
    host_send_failure(walk.failure, walk.what, root < 0 ? path : walk.path);
  }
}

void snapshot_send(const struct frame *frame, const struct identity *identity) { send_walk(frame, identity, true); }

void snapshot_list(const struct frame *frame, const struct identity *identity) { send_walk(frame, identity, false); }
