#ifndef CLAWMILL_TREE_H
#define CLAWMILL_TREE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "identity.h"

#define TREE_PATH_MAX 4096

/* True for a relative path without empty, `.` or `..` segments. */
bool tree_path_is_inside(const char *path);

/*
 * Opens an absolute folder, segment by segment, following no link, and acts as its owner from then on: files are read and
 * written with the rights of whom they belong to. -1 with errno. Call identity_restore in either case.
 */
int tree_open_as_owner(const char *path, const struct identity *identity);

/*
 * Opens the folder that `path` (inside) lies in, below the folder `root`, making what is missing and following no link;
 * `*name` becomes the last segment. -1 with errno.
 */
int tree_make_parent(int root, const char *path, const char **name);

/*
 * Opens a folder's entry that fstatat told to be a folder or a regular file, even where its owner took the permission away.
 * Never blocks, never follows a link. -1 with errno.
 */
int tree_open_entry(int folder, const char *name, const struct stat *entry);

#endif
