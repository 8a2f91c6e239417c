import TesseraBytes
import TesseraModel

extension ByteBuffer {
  /// Appends a header for a payload of `payloadBytes`, which is to be appended next.
  @inlinable
  public mutating func appendFrameHeader(_ header: FrameHeader, payloadBytes: Int) {
    precondition(payloadBytes >= 0 && payloadBytes <= Int(UInt32.max) - FrameHeader.countedBytes)
    reserve(FrameHeader.byteCount)
    append(bigEndian: UInt32(truncatingIfNeeded: payloadBytes + FrameHeader.countedBytes))
    append(bigEndian: UInt32(header.kind.rawValue) << 24 | UInt32(header.code))
    append(bigEndian: header.call.rawValue)
    append(bigEndian: header.timeoutMilliseconds)
  }

  /// Appends a frame whose payload `body` appends.
  ///
  /// Returns whether it is within `lengthLimit`; a frame that is not is taken back whole, so that
  /// its sender can answer something shorter.
  @inlinable
  @discardableResult
  public mutating func appendFrame(
    _ header: FrameHeader, lengthLimit: Int = Limits.frameLength,
    _ body: (inout ByteBuffer) -> Void
  ) -> Bool {
    let start = count
    appendFrameHeader(header, payloadBytes: 0)
    body(&self)
    let length = count - start - 4
    guard length <= lengthLimit else {
      truncate(to: start)
      return false
    }
    replace(at: start, bigEndian: UInt32(truncatingIfNeeded: length))
    return true
  }

  /// Appends a frame that carries a message. See `appendFrame(_:lengthLimit:_:)`.
  @discardableResult
  public mutating func appendFrame(
    _ header: FrameHeader, _ message: some WireMessage, lengthLimit: Int = Limits.frameLength
  ) -> Bool {
    appendFrame(header, lengthLimit: lengthLimit) { message.append(to: &$0) }
  }

  /// Answers a call that was not carried out.
  public mutating func appendRefusal(_ refusal: Refusal, call: CallNumber) {
    appendFrame(.response(refusal.code, call: call), Failure(refusal))
  }

  /// Says that the connection ends, and why. Calls received before it are still answered.
  public mutating func appendGoaway(_ status: StatusCode, reason: String) {
    appendFrame(
      FrameHeader(kind: .goaway, code: status.rawValue), Failure(message: reason))
  }

  /// Appends a frame without a payload: a cancel of `call`, a ping or a pong.
  public mutating func appendBareFrame(_ kind: FrameKind, call: CallNumber = .none) {
    precondition(kind == .cancel || call == .none, "only a cancel belongs to a call")
    precondition(kind == .cancel || kind == .ping || kind == .pong)
    appendFrameHeader(FrameHeader(kind: kind, call: call), payloadBytes: 0)
  }
}
