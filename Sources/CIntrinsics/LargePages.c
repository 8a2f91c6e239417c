#define _DEFAULT_SOURCE
#include "CIntrinsics.h"

#include <sys/mman.h>

static const size_t large_page = (size_t)2 << 20;

// From an allocator the memory would come with a header before it, and so with a hole of nearly a
// large page, which some kernels fill.
void *tessera_map_large_pages(size_t count) {
  char *mapped = mmap(NULL, count + large_page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return NULL;
  size_t before = -(uintptr_t)mapped & (large_page - 1);
  if (before > 0) munmap(mapped, before);
  munmap(mapped + before + count, large_page - before);
  madvise(mapped + before, count, MADV_HUGEPAGE);
  return mapped + before;
}

void tessera_unmap_large_pages(void *address, size_t count) { munmap(address, count); }
