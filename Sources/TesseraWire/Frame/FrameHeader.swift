import TesseraModel

/// What a frame is. The numbers are part of the wire contract.
public enum FrameKind: UInt8, CaseIterable, Sendable {
  case request = 1
  case response = 2
  /// One message of a server stream.
  case item = 3
  case cancel = 4
  case ping = 5
  case pong = 6
  /// The sender ends the connection; the payload says why.
  case goaway = 7
}

/// What stands before a frame's payload: 16 bytes, integers most significant byte first.
///
/// `Protos/README.md` is the rule. A header that came from the wire has passed its checks: fields
/// that must be 0 are 0, and a status code is one of gRPC's.
public struct FrameHeader: Equatable, Sendable {
  public var kind: FrameKind
  /// A request's method number, a response's or goaway's status code; otherwise 0.
  public var code: UInt16
  public var call: CallNumber
  /// How long a request's caller will wait; 0 is for ever. Otherwise 0.
  public var timeoutMilliseconds: UInt32

  @inlinable
  public init(
    kind: FrameKind, code: UInt16 = 0, call: CallNumber = .none,
    timeoutMilliseconds: UInt32 = 0
  ) {
    self.kind = kind
    self.code = code
    self.call = call
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  public static func request(
    _ method: Method, call: CallNumber, timeoutMilliseconds: UInt32 = 0
  ) -> FrameHeader {
    FrameHeader(
      kind: .request, code: method.rawValue, call: call, timeoutMilliseconds: timeoutMilliseconds)
  }

  @inlinable
  public static func response(_ status: StatusCode, call: CallNumber) -> FrameHeader {
    FrameHeader(kind: .response, code: status.rawValue, call: call)
  }

  /// The method a request asks for; nil where it is one that this version does not have.
  @inlinable
  public var method: Method? { Method(rawValue: code) }

  /// How a response or a goaway says that it ended.
  @inlinable
  public var status: StatusCode { StatusCode(rawValue: code) ?? .unknown }

  @inlinable public static var byteCount: Int { 16 }
  /// How many bytes of the header the length counts, beside the payload.
  @inlinable public static var countedBytes: Int { 12 }
}
