// What Swift has no name for of the processor and its memory.
#pragma once

// Asks for the cache line at `address`, and goes on without waiting. Any address will do: one that
// cannot be read is passed over.
static inline void tessera_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// CRC-32 (IEEE, reflected) of 16 to 512 bytes by carry-less multiplication: `sum` is the checksum
// of what came before, and becomes that of both. False, and nothing done, where the processor has
// no such instruction or the length is another.
bool tessera_crc32(const void *bytes, size_t count, uint32_t *sum);

// Asks for large pages from `address` on, which is aligned to one, before the memory is used. A
// hint, too: where there are none, small ones are used.
void tessera_advise_large_pages(void *address, size_t count);
