extension RawSpan {
  /// The byte at `offset`, which must be within bounds.
  @inlinable
  public subscript(_ offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount, "read beyond the span")
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// The integer at `offset`, stored most significant byte first.
  @inlinable
  public func load<Integer: FixedWidthInteger & BitwiseCopyable>(
    bigEndianAt offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer {
    Integer(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// The integer at `offset`, stored least significant byte first.
  @inlinable
  public func load<Integer: FixedWidthInteger & BitwiseCopyable>(
    littleEndianAt offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer {
    Integer(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// A copy of the bytes.
  public var array: [UInt8] {
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
