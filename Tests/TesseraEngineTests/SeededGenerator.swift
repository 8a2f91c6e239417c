import Foundation

/// SplitMix64 (Steele, Lea and Flood, 2014), from a seed that is printed: TESSERA_SEED repeats a
/// run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  let seed: UInt64

  init(_ test: String = #function) {
    let given = ProcessInfo.processInfo.environment["TESSERA_SEED"].flatMap { UInt64($0) }
    seed = given ?? UInt64.random(in: 0 ... .max)
    state = seed
    print("TESSERA_SEED=\(seed) repeats: \(test)")
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
