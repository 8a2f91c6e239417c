// Instructions of the processor that Swift has no name for.
#pragma once

// Asks for the cache line at `address`, and goes on without waiting. Any address will do: one that
// cannot be read is passed over.
static inline void tessera_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }
