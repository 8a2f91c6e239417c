import Glibc

/// SplitMix64: the same run for the same seed.
struct RandomBits: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  mutating func pick(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True once in `count`.
  mutating func once(in count: Int) -> Bool { pick(0..<count) == 0 }
}

/// The seed of this run: `TESSERA_SEED` where it is set, another one each time where it is not.
let seed: UInt64 = {
  let given = unsafe getenv("TESSERA_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
  let seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
  print("TESSERA_SEED=\(seed)")
  return seed
}()
