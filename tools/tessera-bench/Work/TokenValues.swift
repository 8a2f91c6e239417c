import TesseraModel

/// Token values to ask about: a file's bytes, and where each of its lines is.
struct TokenValues {
  let bytes: [UInt8]
  let lines: [Range<Int>]

  /// - Throws: where there is no line, or one that is longer than a value can be.
  init(bytes: [UInt8], name: String) throws(BenchFailure) {
    var lines: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      if end - start > Limits.tokenValueBytes {
        throw .unusable(
          "\(name): line \(lines.count + 1) is longer than the \(Limits.tokenValueBytes) bytes of "
            + "the longest value; the file holds one value a line")
      }
      if end > start { lines.append(start..<end) }
      start = end + 1
    }
    guard !lines.isEmpty else {
      throw .unusable("\(name): no token values; the file holds one a line")
    }
    self.bytes = bytes
    self.lines = lines
  }
}
