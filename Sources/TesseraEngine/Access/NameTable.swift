import TesseraModel

/// From the bytes of a name, in place where they arrived, to its number: immutable, open addressing.
///
/// The names are an operator's own, not a stranger's, so the hash (FNV-1a) needs no key.
struct NameTable: Sendable {
  struct Entry {
    var hash: UInt32
    var offset: UInt32
    /// 0 for an empty place: no name is empty.
    var count: UInt32
    var number: UInt32
  }

  var entries: [Entry]
  var bytes: [UInt8] = []

  init(_ names: some Sequence<(name: String, number: UInt32)>) {
    let names = Array(names)
    var capacity = 8
    while capacity < names.count * 2 { capacity *= 2 }
    entries = Array(
      repeating: Entry(hash: 0, offset: 0, count: 0, number: 0), count: capacity)
    for (name, number) in names {
      let utf8 = Array(name.utf8)
      let hash = unsafe NameTable.hash(utf8.span.bytes)
      var place = Int(hash) & (capacity - 1)
      while entries[place].count != 0 { place = (place + 1) & (capacity - 1) }
      entries[place] = Entry(
        hash: hash, offset: UInt32(bytes.count), count: UInt32(utf8.count), number: number)
      bytes += utf8
    }
  }

  /// The number of a name, nil where nothing is called so.
  func find(_ name: borrowing RawSpan) -> UInt32? {
    let hash = NameTable.hash(name)
    var place = Int(hash) & (entries.count - 1)
    while entries[place].count != 0 {
      let entry = entries[place]
      if entry.hash == hash, Int(entry.count) == name.byteCount, isEqual(name, at: entry.offset) {
        return entry.number
      }
      place = (place + 1) & (entries.count - 1)
    }
    return nil
  }

  func isEqual(_ name: borrowing RawSpan, at offset: UInt32) -> Bool {
    for index in 0..<name.byteCount
    where bytes[Int(offset) + index] != TokenValue.byte(name, index) {
      return false
    }
    return true
  }

  static func hash(_ name: borrowing RawSpan) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for index in 0..<name.byteCount {
      hash = (hash ^ UInt32(TokenValue.byte(name, index))) &* 16_777_619
    }
    return hash
  }
}
