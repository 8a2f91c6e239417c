extension [UInt8] {
  /// Whether these bytes stand in it, one after the other.
  func contains(_ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    var from = startIndex
    while let start = self[from...].firstIndex(of: first) {
      if self[start...].starts(with: part) { return true }
      from = start + 1
    }
    return false
  }
}
