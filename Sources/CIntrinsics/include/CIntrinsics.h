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

// Zeroed memory that begins at a multiple of two mebibytes and is as many, of large pages where the
// kernel has some at hand; NULL where there is no memory.
void *tessera_map_large_pages(size_t count);
void tessera_unmap_large_pages(void *address, size_t count);
