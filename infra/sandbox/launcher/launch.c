/*
 * Starts bubblewrap with what its command line cannot say: cgroups joined before the first fork, a user namespace with two
 * uids (tool server and actions), and tmpfs mounts with an inode limit. As root it takes both uids from the range given;
 * otherwise there is only the caller's own. Everything is private to the sandbox and goes with its last process.
 *
 *   launch --stage DIR [--uid N] [--cgroup FILE]... --folder SRC:NAME... --tmpfs NAME:SIZE:INODES:OWNER:MODE... -- bwrap ...
 *
 * NAMEs appear below DIR, on a tmpfs that only the sandbox sees. OWNER is 0 (tool server) or 1 (actions).
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_FOLDERS 8

static const char *stage = "/tmp";
/* First of two host uids, as root; 0 without root. */
static unsigned base;

_Noreturn static void fail(const char *what, const char *subject) {
  fprintf(stderr, "launch: %s %s: %s\n", what, subject, strerror(errno));
  exit(71);
}

static void write_text(const char *path, const char *format, ...) {
  char text[128];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, text, (size_t)length) != length) fail("write", path);
  close(file);
}

#define MOST_FOLDERS 8

static const char *staged(const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", stage, name);
  return path;
}

static void mount_private_stage(void) {
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) fail("make private", "/");
  if (mount("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m,nr_inodes=64") != 0) fail("mount", stage);
}

/* Sources are opened in the new mount namespace, but before the stage is mounted, which may hide them. */
static int open_folder(char *argument) {
  char *name = strrchr(argument, ':');
  if (name == NULL) fail("no name in", argument);
  *name = '\0';
  int source = open(argument, O_PATH | O_CLOEXEC);
  *name = ':';
  if (source < 0) fail("open", argument);
  return source;
}

static void mount_folder(int source, const char *argument) {
  const char *name = strrchr(argument, ':') + 1;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", source);
  struct stat entry;
  if (fstat(source, &entry) != 0) fail("stat", argument);
  if (S_ISDIR(entry.st_mode)) {
    if (mkdir(staged(name), 0755) != 0) fail("mkdir", name);
  } else {
    close(open(staged(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
  }
  if (mount(path, staged(name), NULL, MS_BIND, NULL) != 0) fail("bind", argument);
  close(source);
}

static void mount_tmpfs(const char *argument) {
  char name[32], options[160];
  unsigned long long size, inodes;
  unsigned owner, mode;
  if (sscanf(argument, "%31[^:]:%llu:%llu:%u:%o", name, &size, &inodes, &owner, &mode) != 5) fail("bad tmpfs", argument);
  unsigned uid = base == 0 ? 0 : base + owner;
  snprintf(options, sizeof options, "size=%llu,nr_inodes=%llu,mode=%o,uid=%u,gid=%u", size, inodes, mode, uid, uid);
  if (mkdir(staged(name), 0755) != 0) fail("mkdir", name);
  if (mount("tmpfs", staged(name), "tmpfs", MS_NOSUID | MS_NODEV, options) != 0) fail("mount", argument);
}

/* Only a process outside a user namespace, with the rights over both uids, may map two of them: a child that stays behind. */
static pid_t fork_mapper(pid_t target, int ready) {
  pid_t mapper = fork();
  if (mapper != 0) return mapper;
  char path[64], go;
  if (read(ready, &go, 1) != 1) _exit(71);
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "/proc/%d/%s", target, i == 0 ? "uid_map" : "gid_map");
    write_text(path, "0 %u 1\n1000 %u 1\n", base, base + 1);
  }
  _exit(0);
}

static void enter_mapped_namespace(void) {
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) fail("pipe", "");
  pid_t mapper = fork_mapper(getpid(), ready[0]);
  if (setgroups(0, NULL) != 0 || setresgid(base, base, base) != 0 || setresuid(base, base, base) != 0) fail("become", "uid");
  /* A change of uid takes dumpability away, and with it our files in /proc. */
  prctl(PR_SET_DUMPABLE, 1);
  if (unshare(CLONE_NEWUSER) != 0) fail("unshare", "user namespace");
  int status;
  if (write(ready[1], "g", 1) != 1 || waitpid(mapper, &status, 0) != mapper || status != 0) fail("map", "uids");
  close(ready[0]);
  close(ready[1]);
  if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0) fail("become", "root of the namespace");
  /* What --disable-userns does, which cannot be combined with a namespace of two uids. */
  write_text("/proc/sys/user/max_user_namespaces", "0");
}

static void enter_own_namespace(void) {
  unsigned uid = getuid(), gid = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) fail("unshare", "user namespace");
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", "0 %u 1\n", uid);
  write_text("/proc/self/gid_map", "0 %u 1\n", gid);
}

int main(int count, char **arguments) {
  int first = 1, opened = 0;
  int sources[MOST_FOLDERS];
  for (; first + 1 < count && strcmp(arguments[first], "--") != 0; first += 2) {
    char *value = arguments[first + 1];
    if (strcmp(arguments[first], "--stage") == 0) stage = value;
    if (strcmp(arguments[first], "--uid") == 0) base = (unsigned)strtoul(value, NULL, 10);
    if (strcmp(arguments[first], "--cgroup") == 0) write_text(value, "%d", getpid());
  }
  if (first + 1 >= count) fail("no command", "");
  if (base == 0) {
    enter_own_namespace();
  } else if (unshare(CLONE_NEWNS) != 0) {
    fail("unshare", "mount namespace");
  }
  for (int i = 1; i < first; i += 2) {
    if (strcmp(arguments[i], "--folder") == 0 && opened < MOST_FOLDERS) sources[opened++] = open_folder(arguments[i + 1]);
  }
  mount_private_stage();
  opened = 0;
  for (int i = 1; i < first; i += 2) {
    if (strcmp(arguments[i], "--folder") == 0 && opened < MOST_FOLDERS) mount_folder(sources[opened++], arguments[i + 1]);
    if (strcmp(arguments[i], "--tmpfs") == 0) mount_tmpfs(arguments[i + 1]);
  }
  if (base != 0) enter_mapped_namespace();
  execvp(arguments[first + 1], arguments + first + 1);
  fail("exec", arguments[first + 1]);
}
