// The kernel interfaces that the Glibc module does not export.
//
// _GNU_SOURCE must not be defined here: it changes structures that the Glibc module has too, and
// Swift refuses two definitions of one. What it hides is declared by hand.
#pragma once
#include "CRC32C.h"
#include <linux/falloc.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>

static inline int tessera_accept4(int descriptor, int flags) {
  extern int accept4(int, struct sockaddr *, socklen_t *, int);
  return accept4(descriptor, 0, 0, flags);
}

static inline int tessera_pthread_setname_np(unsigned long thread, const char *name) {
  extern int pthread_setname_np(unsigned long, const char *);
  return pthread_setname_np(thread, name);
}

/// Sets room aside for a file without changing its length.
static inline int tessera_fallocate_keep_size(int descriptor, off_t offset, off_t count) {
  extern int fallocate(int, int, off_t, off_t);
  return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count);
}

/// Takes from other processes of the same user what they might do to this one: attach to it, and
/// read its memory.
static inline void tessera_forbid_dumps(void) { prctl(PR_SET_DUMPABLE, 0); }

/// Lets the calling thread run only while no other wants its processor: SCHED_IDLE.
static inline int tessera_use_idle_time(void) {
  struct sched_param parameter = {0};
  return sched_setscheduler(0, 5, &parameter);
}
