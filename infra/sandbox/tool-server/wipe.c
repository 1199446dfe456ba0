#include "wipe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "tree.h"

/* Folders below this depth are moved up to the root first: depth costs a descriptor, and an agent chooses the depth. */
#define MOST_LEVELS 64

static bool remove_entry(int root, int folder, const char *name, int level);

static bool empty(int root, int folder, int level) {
  DIR *listing = fdopendir(folder);
  if (listing == NULL) {
    close(folder);
    return false;
  }
  bool done = true;
  bool removed_any;
  do {
    removed_any = false;
    rewinddir(listing);
    for (struct dirent *found; done && (found = readdir(listing)) != NULL;) {
      if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) continue;
      done = remove_entry(root, dirfd(listing), found->d_name, level);
      removed_any = true;
    }
  } while (done && removed_any);
  int error = errno;
  closedir(listing);
  errno = error;
  return done;
}

static bool move_up(int root, int folder, const char *name) {
  static unsigned moved;
  char fresh[32];
  snprintf(fresh, sizeof fresh, ".wipe-%u", moved++);
  return renameat2(folder, name, root, fresh, RENAME_NOREPLACE) == 0 || errno == EEXIST;
}

static bool remove_entry(int root, int folder, const char *name, int level) {
  if (unlinkat(folder, name, 0) == 0) return true;
  if (errno != EISDIR && errno != EPERM) return false;
  struct stat entry;
  if (fstatat(folder, name, &entry, AT_SYMLINK_NOFOLLOW) != 0) return false;
  int below = tree_open_entry(folder, name, &entry);
  if (below < 0) return false;
  if (level >= MOST_LEVELS) {
    close(below);
    return move_up(root, folder, name);
  }
  return empty(root, below, level + 1) && unlinkat(folder, name, AT_REMOVEDIR) == 0;
}

void wipe_folder(const struct frame *frame, const struct identity *identity) {
  struct cursor cursor = cursor_over(frame);
  const char *path = cursor_string(&cursor);
  if (!cursor_finished(&cursor)) end_server(END_MALFORMED, "malformed frame: wipe");
  int root = tree_open_as_owner(path, identity);
  int listed = root < 0 ? -1 : fcntl(root, F_DUPFD_CLOEXEC, 3);
  bool done = listed >= 0 && empty(root, listed, 0);
  int error = errno;
  if (root >= 0) close(root);
  identity_restore(identity);
  if (done) {
    host_send_done();
  } else {
    host_send_failure(failure_of_errno(error), strerror(error), path);
  }
}
