#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static bool segment_is_plain(const char *segment, size_t length) {
  if (length == 0 || length > 255) return false;
  return !(segment[0] == '.' && (length == 1 || (length == 2 && segment[1] == '.')));
}

bool tree_path_is_inside(const char *path) {
  if (strlen(path) >= TREE_PATH_MAX) return false;
  for (const char *segment = path;;) {
    size_t length = strcspn(segment, "/");
    if (!segment_is_plain(segment, length)) return false;
    if (segment[length] == '\0') return true;
    segment += length + 1;
  }
}

/* Takes the next segment of `*path` into `segment`; false at the last one, which stays in `*path`. */
static bool next_segment(const char **path, char segment[256]) {
  size_t length = strcspn(*path, "/");
  if ((*path)[length] == '\0') return false;
  memcpy(segment, *path, length);
  segment[length] = '\0';
  *path += length + 1;
  return true;
}

static int replace(int folder, int by) {
  int error = errno;
  close(folder);
  errno = error;
  return by;
}

int tree_open_as_owner(const char *path, const struct identity *identity) {
  if (path[0] != '/' || !tree_path_is_inside(path + 1)) {
    errno = ENOENT;
    return -1;
  }
  int folder = open("/", FOLDER_FLAGS);
  char segment[256];
  const char *rest = path + 1;
  while (folder >= 0 && next_segment(&rest, segment)) folder = replace(folder, openat(folder, segment, FOLDER_FLAGS));
  struct stat entry;
  if (folder < 0 || fstatat(folder, rest, &entry, AT_SYMLINK_NOFOLLOW) != 0) return folder < 0 ? -1 : replace(folder, -1);
  if (!S_ISDIR(entry.st_mode)) {
    errno = ENOTDIR;
    return replace(folder, -1);
  }
  if (identity_act_as(identity, entry.st_uid) != 0) return replace(folder, -1);
  return replace(folder, tree_open_entry(folder, rest, &entry));
}

int tree_make_parent(int root, const char *path, const char **name) {
  int folder = fcntl(root, F_DUPFD_CLOEXEC, 3);
  char segment[256];
  *name = path;
  while (folder >= 0 && next_segment(name, segment)) {
    if (mkdirat(folder, segment, 0755) != 0 && errno != EEXIST) return replace(folder, -1);
    folder = replace(folder, openat(folder, segment, FOLDER_FLAGS));
  }
  return folder;
}

int tree_open_entry(int folder, const char *name, const struct stat *entry) {
  const bool is_folder = S_ISDIR(entry->st_mode);
  const int flags = is_folder ? FOLDER_FLAGS : O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const mode_t wanted = is_folder ? 0700 : 0400;
  /* Nothing else runs now, so the entry is still what fstatat saw, and chmod cannot be led to another file. */
  if ((entry->st_mode & wanted) != wanted) fchmodat(folder, name, (entry->st_mode & 07777) | wanted, 0);
  return openat(folder, name, flags);
}
