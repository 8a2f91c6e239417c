// CRC-32C (Castagnoli), by the processor's instruction where it has one.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Carries the checksum `crc` of what came before on over `count` bytes; 0 is the checksum of
/// nothing.
uint32_t tessera_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same by tables alone, for machines without the instruction, and to test the one by the
/// other.
uint32_t tessera_crc32c_portable(uint32_t crc, const void *bytes, size_t count);
