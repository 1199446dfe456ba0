/*
 * Writes the seccomp program (classic BPF) that both drivers stand for: everything in allowed-syscalls.txt, some calls only
 * with harmless arguments, EPERM for the rest. seccomp-profile.ts says the same to Docker in JSON.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no seccomp filter for this architecture"
#endif

#define ARGUMENT(n) ((unsigned)offsetof(struct seccomp_data, args) + 8 * (n))
#define ANSWER_ERROR(error) (SECCOMP_RET_ERRNO | (error))
#define NEW_NAMESPACES \
  (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define X32_BIT 0x40000000

static const unsigned allowed[] = {
#define ALLOW(name) __NR_##name,
#include "allowed-syscalls.inc"
};

static struct sock_filter program[BPF_MAXINSNS];
static unsigned length;

static void emit(unsigned short code, unsigned value, unsigned char when_true, unsigned char when_false) {
  if (length == BPF_MAXINSNS) abort();
  program[length++] = (struct sock_filter)BPF_JUMP(code, value, when_true, when_false);
}

static void load(unsigned offset) { emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }

static void answer(unsigned action) { emit(BPF_RET | BPF_K, action, 0, 0); }

/* Answers `action` if the loaded word is `value`. */
static void answer_if_equal(unsigned value, unsigned action) {
  emit(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
  answer(action);
}

/* Begins the rules of one call; call_end patches the jump that skips them for all other calls. */
static unsigned call_begin(unsigned number) {
  emit(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 0);
  return length - 1;
}

static void call_end(unsigned start, unsigned otherwise) {
  answer(otherwise);
  program[start].jf = (unsigned char)(length - start - 1);
}

static void allow_argument(unsigned number, unsigned argument, const unsigned *values, unsigned count) {
  unsigned start = call_begin(number);
  load(ARGUMENT(argument));
  for (unsigned i = 0; i < count; i++) answer_if_equal(values[i], SECCOMP_RET_ALLOW);
  call_end(start, ANSWER_ERROR(EPERM));
}

static void restrict_socket(void) {
  unsigned start = call_begin(__NR_socket);
  load(ARGUMENT(0));
  answer_if_equal(AF_UNIX, SECCOMP_RET_ALLOW);
  answer_if_equal(AF_INET, SECCOMP_RET_ALLOW);
  answer_if_equal(AF_INET6, SECCOMP_RET_ALLOW);
  emit(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3);
  /* Netlink only for routes (protocol 0): name resolution and interface lists need it. */
  load(ARGUMENT(2));
  answer_if_equal(0, SECCOMP_RET_ALLOW);
  call_end(start, ANSWER_ERROR(EPERM));
}

static void restrict_clone(void) {
  unsigned start = call_begin(__NR_clone);
  load(ARGUMENT(0));
  emit(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 1, 0);
  answer(SECCOMP_RET_ALLOW);
  call_end(start, ANSWER_ERROR(EPERM));
  /* Its flags lie behind a pointer; libraries fall back to clone. */
  answer_if_equal(__NR_clone3, ANSWER_ERROR(ENOSYS));
}

static void restrict_ioctl(void) {
  unsigned start = call_begin(__NR_ioctl);
  load(ARGUMENT(1));
  answer_if_equal(TIOCSTI, ANSWER_ERROR(EPERM));
  answer_if_equal(TIOCLINUX, ANSWER_ERROR(EPERM));
  call_end(start, SECCOMP_RET_ALLOW);
}

int main(void) {
  const unsigned unix_only[] = {AF_UNIX};
  const unsigned self_only[] = {0};
  const unsigned plain_personalities[] = {0x0, 0x8, 0x20000, 0x20008, 0xffffffff};
  load(offsetof(struct seccomp_data, arch));
  emit(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
  answer(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(struct seccomp_data, nr));
  emit(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
  answer(ANSWER_ERROR(ENOSYS));
  restrict_socket();
  allow_argument(__NR_socketpair, 0, unix_only, 1);
  restrict_clone();
  restrict_ioctl();
  allow_argument(__NR_personality, 0, plain_personalities, 5);
  /* Another process's limits: where one uid is all there is, the tool server's. */
  allow_argument(__NR_prlimit64, 0, self_only, 1);
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) answer_if_equal(allowed[i], SECCOMP_RET_ALLOW);
  answer(ANSWER_ERROR(EPERM));
  return fwrite(program, sizeof *program, length, stdout) == length && fflush(stdout) == 0 ? 0 : 1;
}
