import TesseraBytes
import TesseraWire

extension WireFuzz {
  /// Reads frames until there are no more. Each is found when its last byte is there and not
  /// before; a violation seen in a part of a frame is the one seen in the whole.
  static func frames(_ bytes: RawSpan, _ reader: FrameReader) {
    var start = 0
    while start <= bytes.byteCount {
      let whole = reader.next(in: bytes, from: start)
      byteByByte(bytes, reader, from: start, whole: whole)
      guard case .frame(let header, let payload) = whole else { return }
      precondition(payload.lowerBound == start + FrameHeader.byteCount)
      precondition(payload.upperBound <= bytes.byteCount)
      var written = ByteBuffer()
      written.appendFrame(header) { $0.append(bytes.extracting(payload)) }
      let same = written.bytes.array == bytes.extracting(start..<payload.upperBound).array
      precondition(same, "a frame is written in other bytes than it was read from")
      start = payload.upperBound
    }
  }

  private static func byteByByte(
    _ bytes: RawSpan, _ reader: FrameReader, from start: Int, whole: FrameResult
  ) {
    let end = if case .frame(_, let payload) = whole { payload.upperBound } else { bytes.byteCount }
    // Every length of a short frame; of a long one its first and its last.
    var count = 0
    while start + count < end {
      let part = reader.next(in: bytes.extracting(start..<start + count))
      switch part {
      case .incomplete(let needed):
        precondition(needed > count, "asks for bytes that it has")
        precondition(needed <= reader.lengthLimit + 4, "asks for more than the limit")
      case .violation: precondition(part == whole, "two violations in one frame")
      case .frame: preconditionFailure("a frame before its end")
      }
      count += count < 32 ? 1 : max(1, (end - start - count) / 2)
    }
  }
}
