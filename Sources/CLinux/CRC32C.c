#include "CRC32C.h"
#include <pthread.h>
#include <string.h>

// The reversed polynomial 0x1EDC6F41.
static const uint32_t polynomial = 0x82f63b78;

// table[0] is the classic table of single bytes; table[n] is that of a byte with n zeros after it.
static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    table[0][byte] = crc;
  }
  for (int zeros = 1; zeros < 8; zeros++)
    for (int byte = 0; byte < 256; byte++) {
      uint32_t crc = table[zeros - 1][byte];
      table[zeros][byte] = crc >> 8 ^ table[0][crc & 0xff];
    }
}

uint32_t tessera_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
  pthread_once(&table_once, fill_table);
  const uint8_t *next = bytes;
  crc = ~crc;
  for (; count >= 8; count -= 8, next += 8) {
    crc ^= (uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16
           | (uint32_t)next[3] << 24;
    crc = table[7][crc & 0xff] ^ table[6][crc >> 8 & 0xff] ^ table[5][crc >> 16 & 0xff]
          ^ table[4][crc >> 24] ^ table[3][next[4]] ^ table[2][next[5]] ^ table[1][next[6]]
          ^ table[0][next[7]];
  }
  for (; count > 0; count--) crc = crc >> 8 ^ table[0][(crc ^ *next++) & 0xff];
  return ~crc;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2")))
static uint32_t crc32c_by_instruction(uint32_t crc, const uint8_t *next, size_t count) {
  uint64_t wide = (uint32_t)~crc;
  for (; count >= 8; count -= 8, next += 8) {
    uint64_t word;
    memcpy(&word, next, 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  uint32_t narrow = (uint32_t)wide;
  for (; count > 0; count--) narrow = __builtin_ia32_crc32qi(narrow, *next++);
  return ~narrow;
}

uint32_t tessera_crc32c(uint32_t crc, const void *bytes, size_t count) {
  if (__builtin_cpu_supports("sse4.2")) return crc32c_by_instruction(crc, bytes, count);
  return tessera_crc32c_portable(crc, bytes, count);
}

#else

uint32_t tessera_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return tessera_crc32c_portable(crc, bytes, count);
}

#endif
