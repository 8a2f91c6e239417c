#define _DEFAULT_SOURCE
#include "CIntrinsics.h"

#include <sys/mman.h>

void tessera_advise_large_pages(void *address, size_t count) {
  madvise(address, count, MADV_HUGEPAGE);
}
