import TesseraModel

/// From the bytes of a name, in place where they arrived, to its number: immutable, open
/// addressing.
///
/// The names are an operator's own, not a stranger's, so the hash needs no key.
final class NameTable: Sendable {
  struct Entry: BitwiseCopyable {
    var hash: UInt32
    /// Where its words are.
    var start: UInt32
    /// In bytes; 0 for an empty place: no name is empty.
    var count: UInt32
    var number: UInt32
  }

  /// A power of two of them, at most half in use.
  private let entries: FrozenArray<Entry>
  private let words: FrozenArray<UInt64>

  init(_ names: some Collection<(name: String, number: UInt32)>) {
    var capacity = 8
    while capacity < names.count * 2 { capacity *= 2 }
    var entries = Array(
      repeating: Entry(hash: 0, start: 0, count: 0, number: 0), count: capacity)
    var words: [UInt64] = []
    for (name, number) in names {
      let utf8 = Array(name.utf8)
      let bytes = unsafe utf8.span.bytes
      let hash = NameTable.hash(bytes)
      var place = Int(hash) & (capacity - 1)
      while entries[place].count != 0 { place = (place + 1) & (capacity - 1) }
      entries[place] = Entry(
        hash: hash, start: UInt32(words.count), count: UInt32(utf8.count), number: number)
      for index in 0..<bytes.nameWordCount { words.append(bytes.nameWord(index)) }
    }
    self.entries = FrozenArray(entries)
    self.words = FrozenArray(words)
  }

  /// The number of a name, nil where nothing is called so.
  func find(_ name: borrowing RawSpan) -> UInt32? {
    if name.isEmpty { return nil }
    let hash = NameTable.hash(name)
    var place = Int(hash) & (entries.count &- 1)
    while true {
      let entry = entries[place]
      if entry.count == 0 { return nil }
      if entry.hash == hash, Int(entry.count) == name.byteCount, isEqual(name, at: entry.start) {
        return entry.number
      }
      place = (place &+ 1) & (entries.count &- 1)
    }
  }

  @inline(__always)
  private func isEqual(_ name: borrowing RawSpan, at start: UInt32) -> Bool {
    for index in 0..<name.nameWordCount
    where words[Int(start) &+ index] != name.nameWord(index) {
      return false
    }
    return true
  }

  @inline(__always)
  private static func hash(_ name: borrowing RawSpan) -> UInt32 {
    var hash = UInt64(truncatingIfNeeded: name.byteCount)
    for index in 0..<name.nameWordCount {
      hash = (hash ^ name.nameWord(index)) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash &>> 32
    }
    return UInt32(truncatingIfNeeded: hash)
  }
}
