import CIntrinsics
import TesseraModel

/// Token values to ask about: a file's bytes, and where each of its lines is.
struct TokenValues {
  let bytes: [UInt8]
  /// For each line where it begins, in the upper 48 bits, and its length in the lower 16: one word,
  /// so that a line that is picked costs one cache miss beside its own.
  private let places: [UInt64]

  /// - Throws: where there is no line, or one that is longer than a value can be.
  init(bytes: [UInt8], name: String) throws(BenchFailure) {
    var places: [UInt64] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      if end - start > Limits.tokenValueBytes {
        throw .unusable(
          "\(name): line \(places.count + 1) is longer than the \(Limits.tokenValueBytes) bytes of "
            + "the longest value; the file holds one value a line")
      }
      if end > start { places.append(UInt64(start) << 16 | UInt64(end - start)) }
      start = end + 1
    }
    guard !places.isEmpty else {
      throw .unusable("\(name): no token values; the file holds one a line")
    }
    self.bytes = bytes
    self.places = places
  }

  var count: Int { places.count }

  subscript(_ index: Int) -> Range<Int> {
    let start = Int(truncatingIfNeeded: places[index] >> 16)
    return start..<start + Int(truncatingIfNeeded: places[index] & 0xffff)
  }

  var longest: Int { (0..<count).lazy.map { self[$0].count }.max() ?? 0 }

  func prefetchPlace(_ index: Int) {
    unsafe places.withUnsafeBytes { unsafe tessera_prefetch($0.baseAddress! + index * 8) }
  }

  func prefetch(_ line: Range<Int>) {
    unsafe bytes.withUnsafeBytes {
      unsafe tessera_prefetch($0.baseAddress! + line.lowerBound)
      // A value is on two cache lines, mostly.
      unsafe tessera_prefetch($0.baseAddress! + line.upperBound - 1)
    }
  }
}

/// Picks values at random, some ahead of need: of millions each is far from the processor, and a
/// generator that waits for memory measures itself.
struct TokenPicker {
  let values: TokenValues
  private var random: SplitMix64
  /// A ring of those drawn next. At `turn` is the one that is taken; half a ring after it those
  /// begin of which only the place was asked for.
  private var drawn: [Int]
  private var turn = 0

  private static var ring: Int { 32 }

  init(_ values: TokenValues, seed: UInt64) {
    self.values = values
    random = SplitMix64(seed: seed)
    drawn = []
    for _ in 0..<TokenPicker.ring { drawn.append(random.index(below: values.count)) }
  }

  /// The next value's place in `values.bytes`.
  @inline(__always)
  mutating func next() -> Range<Int> {
    let line = values[drawn[turn]]
    let index = random.index(below: values.count)
    values.prefetchPlace(index)
    drawn[turn] = index
    values.prefetch(values[drawn[(turn + TokenPicker.ring / 2) % TokenPicker.ring]])
    turn = (turn + 1) % TokenPicker.ring
    return line
  }
}
