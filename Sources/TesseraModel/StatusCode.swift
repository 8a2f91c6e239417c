/// How a call ended: gRPC's status codes, with gRPC's meanings and numbers.
public enum StatusCode: UInt16, CaseIterable, Error, Sendable {
  case ok = 0
  case cancelled = 1
  case unknown = 2
  case invalidArgument = 3
  case deadlineExceeded = 4
  case notFound = 5
  case alreadyExists = 6
  case permissionDenied = 7
  case resourceExhausted = 8
  case failedPrecondition = 9
  case aborted = 10
  case outOfRange = 11
  case unimplemented = 12
  case `internal` = 13
  case unavailable = 14
  case dataLoss = 15
  case unauthenticated = 16

  /// gRPC's name: `INVALID_ARGUMENT`.
  public var name: String {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internal: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }
}

/// A request that was understood and will not be carried out. Returned, not thrown: it is an
/// answer.
public struct Refusal: Error, Equatable, Sendable {
  public var code: StatusCode
  /// What was wrong and what to do about it. Never holds a secret.
  public var message: String
  /// The name of the request's field that is at fault; empty where there is none.
  public var field: String
  /// How long to wait before trying again, in milliseconds; 0 where waiting does not help.
  public var retryAfterMilliseconds: UInt32
  /// Whether the change may have been made all the same, so that asking again could make it twice.
  public var isOutcomeUnknown: Bool

  public init(
    _ code: StatusCode, _ message: String, field: String = "", retryAfterMilliseconds: UInt32 = 0,
    isOutcomeUnknown: Bool = false
  ) {
    self.code = code
    self.message = message
    self.field = field
    self.retryAfterMilliseconds = retryAfterMilliseconds
    self.isOutcomeUnknown = isOutcomeUnknown
  }
}
