extension ByteBuffer {
  /// Makes room for `width` bytes before the byte at `offset`, counted from the front, and moves
  /// what follows. The new bytes are to be overwritten; until then they repeat old ones.
  ///
  /// For a length that is known only once what it counts was appended.
  public mutating func openGap(at offset: Int, width: Int) {
    precondition(offset >= 0 && offset <= count && width >= 0, "opened a gap beyond the contents")
    reserve(width)
    guard let base = unsafe base else { return }
    let start = unsafe base + head + offset
    unsafe (start + width).copyMemory(from: start, byteCount: count - offset)
    tail += width
  }

  /// Overwrites one byte that was appended before, counted from the front.
  @inlinable
  public mutating func replace(at offset: Int, byte: UInt8) {
    precondition(offset >= 0 && offset < count, "replaced beyond the contents")
    if let base = unsafe base {
      unsafe base.storeBytes(of: byte, toByteOffset: head + offset, as: UInt8.self)
    }
  }
}
