extension ByteBuffer {
  @inlinable
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe end.storeBytes(of: byte, as: UInt8.self)
    tail += 1
  }

  /// Appends an integer, most significant byte first: the order of every integer in a frame.
  @inlinable
  public mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(
    bigEndian value: Integer
  ) {
    reserve(MemoryLayout<Integer>.size)
    unsafe end.storeBytes(of: value.bigEndian, as: Integer.self)
    tail += MemoryLayout<Integer>.size
  }

  /// Appends an integer, least significant byte first: the order of every integer on disk and of
  /// protobuf's fixed fields.
  @inlinable
  public mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(
    littleEndian value: Integer
  ) {
    reserve(MemoryLayout<Integer>.size)
    unsafe end.storeBytes(of: value.littleEndian, as: Integer.self)
    tail += MemoryLayout<Integer>.size
  }

  @inlinable
  public mutating func append(_ bytes: borrowing RawSpan) {
    let count = bytes.byteCount
    if count == 0 { return }
    reserve(count)
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { unsafe end.copyMemory(from: start, byteCount: count) }
    }
    tail += count
  }

  @inlinable
  public mutating func append(_ bytes: borrowing Span<UInt8>) { unsafe append(bytes.bytes) }

  @inlinable
  public mutating func append(_ bytes: [UInt8]) { unsafe append(bytes.span.bytes) }

  /// Not by the text's own span: of a text so short that it has no memory of its own, that is a
  /// span over a copy, which optimised code of Swift 6.3 may give up before it is read.
  @inlinable
  public mutating func append(utf8 text: String) {
    var text = text
    text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0).bytes) }
  }

  /// Lends room for up to `count` bytes to `body`, which says how many it wrote from the start;
  /// exactly those are appended.
  @inlinable
  @discardableResult
  public mutating func append<Failure: Error>(
    upTo count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    reserve(count)
    let room = unsafe UnsafeMutableRawBufferPointer(start: end, count: count)
    let written = unsafe try body(room)
    precondition(written >= 0 && written <= count, "wrote beyond the room that was lent")
    tail += written
    return written
  }

  /// Overwrites four bytes that were appended before, counted from the front.
  @inlinable
  public mutating func replace(at offset: Int, bigEndian value: UInt32) {
    precondition(offset >= 0 && offset + 4 <= count, "replaced beyond the contents")
    if let base = unsafe base {
      unsafe base.storeBytes(of: value.bigEndian, toByteOffset: head + offset, as: UInt32.self)
    }
  }

  /// The same, least significant byte first.
  @inlinable
  public mutating func replace(at offset: Int, littleEndian value: UInt32) {
    precondition(offset >= 0 && offset + 4 <= count, "replaced beyond the contents")
    if let base = unsafe base {
      unsafe base.storeBytes(of: value.littleEndian, toByteOffset: head + offset, as: UInt32.self)
    }
  }

  /// Where the next byte goes. Valid only right after `reserve` of at least one byte.
  @inlinable
  var end: UnsafeMutableRawPointer {
    unsafe base.unsafelyUnwrapped + tail
  }
}
