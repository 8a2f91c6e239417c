#include "CIntrinsics.h"

#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

// Folding as in Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ"
// (Intel, 2009), for the reflected polynomial 0xEDB88320. Each constant is a power of x modulo it.
//
// Zero bytes before a message do not change a remainder that begins as 0. So the message is padded
// at its front to whole blocks, and the register's beginning is added to its first four bytes.
__attribute__((target("pclmul,sse4.1")))
static uint32_t fold(const uint8_t *blocks, size_t count) {
  const __m128i by128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);  // x^(128-32), x^(128+32)
  const __m128i by64 = _mm_set_epi64x(0, 0x163cd6124);             // x^64
  const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641);  // the quotient, the polynomial
  const __m128i low32 = _mm_set_epi32(0, 0, 0, -1);

  __m128i x = _mm_loadu_si128((const __m128i *)blocks);
  for (size_t at = 16; at < count; at += 16) {
    __m128i low = _mm_clmulepi64_si128(x, by128, 0x00);
    __m128i high = _mm_clmulepi64_si128(x, by128, 0x11);
    __m128i next = _mm_loadu_si128((const __m128i *)(blocks + at));
    x = _mm_xor_si128(_mm_xor_si128(low, high), next);
  }
  // 128 bits to 64, then to 32 by Barrett's reduction.
  x = _mm_xor_si128(_mm_srli_si128(x, 8), _mm_clmulepi64_si128(x, by128, 0x10));
  x = _mm_xor_si128(_mm_srli_si128(x, 4),
                    _mm_clmulepi64_si128(_mm_and_si128(x, low32), by64, 0x00));
  __m128i y = _mm_clmulepi64_si128(_mm_and_si128(x, low32), barrett, 0x10);
  y = _mm_clmulepi64_si128(_mm_and_si128(y, low32), barrett, 0x00);
  return (uint32_t)_mm_extract_epi32(_mm_xor_si128(x, y), 1);
}

bool tessera_crc32(const void *bytes, size_t count, uint32_t *sum) {
  enum { mostBytes = 512 };
  if (count < 16 || count > mostBytes) return false;
  if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) return false;
  uint8_t blocks[mostBytes + 16];
  size_t padding = -count & 15;
  memset(blocks, 0, 16);
  memcpy(blocks + padding, bytes, count);
  uint32_t first;
  memcpy(&first, blocks + padding, 4);
  first ^= ~*sum;
  memcpy(blocks + padding, &first, 4);
  *sum = ~fold(blocks, padding + count);
  return true;
}

#else

bool tessera_crc32(const void *bytes, size_t count, uint32_t *sum) {
  (void)bytes, (void)count, (void)sum;
  return false;
}

#endif
