import TesseraBytes
import TesseraModel

/// One whole question: may who holds this value do this there? What is nil is not asked.
///
/// What a client sends. A server reads the same message in place: see `ValidateRequestView`.
public struct ValidateRequest: RequestMessage {
  public typealias Response = ValidateResponse
  public static var method: Method { .validate }

  /// The value as it was shown to the asker.
  public var token = Secret([])
  /// The kinds that pass; empty is the secret kinds.
  public var kinds: KindSet = []
  public var project: ProjectID?
  public var environment: EnvironmentID?
  /// A method of the product's own API.
  public var method: MethodName?
  /// Whether an answer of ALLOWED tells more about the token.
  public var details = false
  /// The answer reflects at least this revision, or the call fails with UNAVAILABLE.
  public var minRevision = Revision.zero

  public init() {}
  public init(token: Secret) { self.token = token }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: token = Secret(try reader.array(tag, "token"))
      case 2: try reader.kinds(tag, "kinds", into: &kinds)
      case 3: project = try reader.name(tag, "project")
      case 4: environment = try reader.name(tag, "environment")
      case 5: method = try reader.name(tag, "method")
      case 6: details = try reader.bool(tag, "details")
      case 7: minRevision = Revision(rawValue: try reader.uint64(tag, "min_revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, bytes: token.bytes)
    buffer.append(field: 2, kinds: kinds)
    buffer.append(field: 3, name: project)
    buffer.append(field: 4, name: environment)
    buffer.append(field: 5, name: method)
    buffer.append(field: 6, bool: details)
    buffer.append(field: 7, varint: minRevision.rawValue)
  }
}

/// Many validations in one message; at most `Limits.batchValidations`.
public struct ValidateBatchRequest: RequestMessage {
  public typealias Response = ValidateBatchResponse
  public static var method: Method { .validateBatch }

  public var requests: [ValidateRequest] = []

  public init() {}
  public init(_ requests: [ValidateRequest]) { self.requests = requests }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.append(tag, "requests", to: &requests, atMost: Limits.batchValidations)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) { buffer.append(field: 1, messages: requests) }
}
