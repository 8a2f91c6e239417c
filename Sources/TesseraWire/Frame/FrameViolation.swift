import TesseraModel

/// A frame that breaks the contract: it is answered with a goaway, and the connection ends.
public enum FrameViolation: Error, Equatable, Sendable {
  /// The length is more than the receiver takes.
  case tooLong(length: UInt32, limit: Int)
  /// The length does not cover the header.
  case tooShort(length: UInt32)
  case unknownKind(UInt8)
  /// A kind that the other side alone may send.
  case unexpectedKind(FrameKind)
  case flags(UInt8)
  /// A code, in a frame that has none, or a status that gRPC does not have.
  case code(UInt16, FrameKind)
  /// A call number, in a frame that belongs to no call.
  case call(FrameKind)
  /// A timeout, in a frame that is no request.
  case timeout(FrameKind)
  /// A payload, in a frame that has none.
  case payload(FrameKind)

  /// The status for the goaway.
  public var status: StatusCode {
    if case .tooLong = self { .resourceExhausted } else { .invalidArgument }
  }
}

extension FrameViolation: CustomStringConvertible {
  /// What was wrong and what to do, for the goaway and the log.
  public var description: String {
    switch self {
    case .tooLong(let length, let limit):
      "frame length \(length) is over the limit of \(limit); send less in one frame"
    case .tooShort(let length):
      "frame length \(length) is under \(FrameHeader.countedBytes), the header bytes it counts"
    case .unknownKind(let kind): "frame kind \(kind) does not exist; kinds are 1 to 7"
    case .unexpectedKind(let kind): "frame kind \(kind) may not be sent in this direction"
    case .flags(let flags): "frame flags are \(flags); they must be 0"
    case .code(let code, let kind): "code \(code) is not allowed in a frame of kind \(kind)"
    case .call(let kind): "the call number of a frame of kind \(kind) must be 0"
    case .timeout(let kind): "the timeout of a frame of kind \(kind) must be 0"
    case .payload(let kind): "a frame of kind \(kind) has no payload"
    }
  }
}
