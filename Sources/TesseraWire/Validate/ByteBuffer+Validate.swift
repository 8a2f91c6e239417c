import TesseraBytes
import TesseraModel

// The answers that are given all the time, written with one reservation and a store a field. The
// bytes are those of `ValidateResponse`.
extension ByteBuffer {
  /// Appends a whole response frame to a Validate.
  @inlinable
  public mutating func appendValidateResponse(
    call: CallNumber, verdict: Verdict, id: TokenID?, kind: TokenKind?, revision: Revision
  ) {
    unsafe append(upTo: FrameHeader.byteCount + ValidateAnswer.mostBytes) { room in
      let start = unsafe room.baseAddress.unsafelyUnwrapped
      let answer = unsafe start + FrameHeader.byteCount
      let count = unsafe ValidateAnswer(verdict, id, kind, revision).write(to: answer)
      let length = UInt32(truncatingIfNeeded: FrameHeader.countedBytes + count)
      unsafe start.storeBytes(of: length.bigEndian, as: UInt32.self)
      let kindFlagsAndStatus = UInt32(FrameKind.response.rawValue) << 24
      unsafe start.storeBytes(of: kindFlagsAndStatus.bigEndian, toByteOffset: 4, as: UInt32.self)
      unsafe start.storeBytes(of: call.rawValue.bigEndian, toByteOffset: 8, as: UInt32.self)
      unsafe start.storeBytes(of: 0, toByteOffset: 12, as: UInt32.self)
      return FrameHeader.byteCount + count
    }
  }

  /// Appends one element of a ValidateBatchResponse.
  @inlinable
  public mutating func appendBatchedValidateResponse(
    verdict: Verdict, id: TokenID?, kind: TokenKind?, revision: Revision
  ) {
    unsafe append(upTo: 2 + ValidateAnswer.mostBytes) { room in
      let start = unsafe room.baseAddress.unsafelyUnwrapped
      let count = unsafe ValidateAnswer(verdict, id, kind, revision).write(to: start + 2)
      unsafe start.storeBytes(of: 0x0a, as: UInt8.self)
      unsafe start.storeBytes(
        of: UInt8(truncatingIfNeeded: count), toByteOffset: 1, as: UInt8.self)
      return 2 + count
    }
  }
}

/// A ValidateResponse without details.
@usableFromInline
struct ValidateAnswer {
  @usableFromInline let verdict: Verdict
  @usableFromInline let id: TokenID?
  @usableFromInline let kind: TokenKind?
  @usableFromInline let revision: Revision

  @inlinable
  init(_ verdict: Verdict, _ id: TokenID?, _ kind: TokenKind?, _ revision: Revision) {
    self.verdict = verdict
    self.id = id
    self.kind = kind
    self.revision = revision
  }

  /// Verdict and kind take 2 bytes each, the id 2 and its 16, the revision 1 and up to 10.
  @inlinable static var mostBytes: Int { 2 + 18 + 2 + 11 }

  /// Writes up to `mostBytes` and returns how many.
  @inlinable
  @unsafe
  func write(to start: UnsafeMutableRawPointer) -> Int {
    unsafe start.storeBytes(
      of: (0x08 | UInt16(verdict.rawValue) << 8).littleEndian, as: UInt16.self)
    var count = 2
    if let id {
      unsafe start.storeBytes(of: UInt16(0x1012).littleEndian, toByteOffset: 2, as: UInt16.self)
      unsafe start.storeBytes(of: id.high.bigEndian, toByteOffset: 4, as: UInt64.self)
      unsafe start.storeBytes(of: id.low.bigEndian, toByteOffset: 12, as: UInt64.self)
      count = 20
    }
    if let kind {
      unsafe start.storeBytes(
        of: (0x18 | UInt16(kind.rawValue) << 8).littleEndian, toByteOffset: count, as: UInt16.self)
      count += 2
    }
    if revision.rawValue != 0 {
      unsafe start.storeBytes(of: 0x20, toByteOffset: count, as: UInt8.self)
      count += 1
      var rest = revision.rawValue
      while rest >= 0x80 {
        unsafe start.storeBytes(
          of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
        count += 1
        rest >>= 7
      }
      unsafe start.storeBytes(
        of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
      count += 1
    }
    return count
  }
}
