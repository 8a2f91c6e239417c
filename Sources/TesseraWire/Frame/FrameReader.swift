import TesseraBytes
import TesseraModel

/// What a frame reader found at the start of the bytes it was given.
public enum FrameResult: Equatable, Sendable {
  /// The frame is not all there. At least `bytesNeeded` from its start are needed to say more, and
  /// never more than the limit and 4.
  case incomplete(bytesNeeded: Int)
  /// A whole frame; `payload` are offsets in the bytes given, and the next frame begins at its end.
  case frame(FrameHeader, payload: Range<Int>)
  /// Not a frame: the connection is to be ended.
  case violation(FrameViolation)
}

/// Finds frames in received bytes. A plain value without memory of what it saw: the caller keeps
/// the bytes of an incomplete frame and asks again when there are more.
///
/// Each field of a header is checked as soon as it is there, so that nothing is buffered for a
/// frame that will be refused.
public struct FrameReader: Sendable {
  /// Which side of the connection the reader stands on.
  public enum Side: Sendable {
    /// Takes requests and cancels.
    case server
    /// Takes responses and items.
    case client
  }

  public let side: Side
  /// The greatest length field that is taken.
  public let lengthLimit: Int

  public init(side: Side, lengthLimit: Int = Limits.frameLength) {
    precondition(lengthLimit >= FrameHeader.countedBytes && lengthLimit <= Int(UInt32.max))
    self.side = side
    self.lengthLimit = lengthLimit
  }

  /// Looks at the frame that begins at `start`.
  @inlinable
  public func next(in bytes: borrowing RawSpan, from start: Int = 0) -> FrameResult {
    let available = bytes.byteCount - start
    precondition(start >= 0 && available >= 0, "read beyond the span")
    guard available >= FrameHeader.byteCount else { return partial(bytes, from: start) }
    let length: UInt32 = bytes.load(bigEndianAt: start)
    let kindByte = bytes[start + 4]
    guard length >= FrameHeader.countedBytes, Int(length) <= lengthLimit,
      let kind = FrameKind(rawValue: kindByte), bytes[start + 5] == 0
    else { return partial(bytes, from: start) }
    let header = FrameHeader(
      kind: kind, code: bytes.load(bigEndianAt: start + 6),
      call: CallNumber(rawValue: bytes.load(bigEndianAt: start + 8)),
      timeoutMilliseconds: bytes.load(bigEndianAt: start + 12))
    let payload = start + FrameHeader.byteCount..<start + 4 + Int(length)
    // The one kind that comes all the time has nothing more to check.
    if kind != .request || side != .server {
      if let violation = violation(in: header, hasPayload: !payload.isEmpty) {
        return .violation(violation)
      }
    }
    guard available >= 4 + Int(length) else { return .incomplete(bytesNeeded: 4 + Int(length)) }
    return .frame(header, payload: payload)
  }

  /// What the first bytes of a header already say.
  @usableFromInline
  func partial(_ bytes: borrowing RawSpan, from start: Int) -> FrameResult {
    let available = bytes.byteCount - start
    if available >= 4 {
      let length: UInt32 = bytes.load(bigEndianAt: start)
      if length < FrameHeader.countedBytes { return .violation(.tooShort(length: length)) }
      if Int(length) > lengthLimit {
        return .violation(.tooLong(length: length, limit: lengthLimit))
      }
    }
    if available >= 5 {
      guard let kind = FrameKind(rawValue: bytes[start + 4]) else {
        return .violation(.unknownKind(bytes[start + 4]))
      }
      guard takes(kind) else { return .violation(.unexpectedKind(kind)) }
    }
    if available >= 6, bytes[start + 5] != 0 { return .violation(.flags(bytes[start + 5])) }
    return .incomplete(bytesNeeded: FrameHeader.byteCount)
  }

  @usableFromInline
  func takes(_ kind: FrameKind) -> Bool {
    switch kind {
    case .request, .cancel: side == .server
    case .response, .item: side == .client
    case .ping, .pong, .goaway: true
    }
  }

  /// What is wrong with a whole header whose length, kind and flags exist.
  @usableFromInline
  func violation(in header: FrameHeader, hasPayload: Bool) -> FrameViolation? {
    let kind = header.kind
    guard takes(kind) else { return .unexpectedKind(kind) }
    switch kind {
    case .request: break
    case .response, .goaway:
      if StatusCode(rawValue: header.code) == nil { return .code(header.code, kind) }
    case .item, .cancel, .ping, .pong:
      if header.code != 0 { return .code(header.code, kind) }
    }
    switch kind {
    case .request, .response, .item, .cancel: break
    case .ping, .pong, .goaway: if header.call.rawValue != 0 { return .call(kind) }
    }
    if kind != .request, header.timeoutMilliseconds != 0 { return .timeout(kind) }
    switch kind {
    case .cancel, .ping, .pong: if hasPayload { return .payload(kind) }
    case .request, .response, .item, .goaway: break
    }
    return nil
  }
}
