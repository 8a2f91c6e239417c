import TesseraBytes
import TesseraModel

/// A ValidateRequest read in place: every part is a span of the received bytes, and nothing is
/// allocated.
///
/// The token's bytes are not checked: whether they can be a token is the verdict's to say. A name
/// that is known needs no check either; who does not find one calls `checkNames`.
@frozen
public struct ValidateRequestView: ~Escapable {
  /// The value; empty where the request holds none.
  public let token: RawSpan
  /// The kinds that were named; empty where none were, which means the secret kinds.
  public let kinds: KindSet
  public let project: RawSpan?
  public let environment: RawSpan?
  public let method: RawSpan?
  public let details: Bool
  public let minRevision: Revision

  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, depth: Int = Limits.messageDepth) throws(WireError) {
    let count = bytes.byteCount
    if count >= 2, count < 130, bytes[0] == 0x0a, bytes[1] == UInt8(truncatingIfNeeded: count - 2) {
      // The token alone: tag 1, a length of one byte, and nothing after.
      self.init(token: bytes.extracting(2..<count))
    } else {
      try self.init(fields: bytes, depth: depth)
    }
  }

  /// Fails where a name is none, with the error of the first such field.
  public func checkNames() throws(WireError) {
    if let project { try checkName(project, "project") }
    if let environment { try checkName(environment, "environment") }
    if let method { try checkName(method, "method") }
  }

  @inlinable
  @_lifetime(copy token)
  init(token: RawSpan) {
    self.token = token
    kinds = []
    project = nil
    environment = nil
    method = nil
    details = false
    minRevision = Revision(rawValue: 0)
  }

  @usableFromInline
  @_lifetime(copy bytes)
  init(fields bytes: RawSpan, depth: Int) throws(WireError) {
    if let view = ValidateRequestView.inOrder(bytes) {
      self = view
    } else {
      try self.init(all: bytes, depth: depth)
    }
  }

  /// The fields that are asked for all the time, as a client writes them: in order, each with a tag
  /// and a length of one byte. nil where there is anything else.
  @inline(__always)
  @_lifetime(copy bytes)
  private static func inOrder(_ bytes: RawSpan) -> ValidateRequestView? {
    var token = bytes.extracting(0..<0)
    var project: RawSpan?
    var environment: RawSpan?
    var method: RawSpan?
    var offset = 0
    var lastTag: UInt8 = 0
    while offset < bytes.byteCount {
      guard bytes.byteCount &- offset > 2 else { return nil }
      let tag = bytes[offset]
      let length = Int(bytes[offset &+ 1])
      let start = offset &+ 2
      guard tag > lastTag, length > 0, length <= Limits.nameBytes,
        length <= bytes.byteCount &- start
      else { return nil }
      offset = start &+ length
      let value = bytes.extracting(start..<offset)
      switch tag {
      case 0x0a: token = value
      case 0x1a: project = value
      case 0x22: environment = value
      case 0x2a: method = value
      default: return nil
      }
      lastTag = tag
    }
    return ValidateRequestView(
      token: token, project: project, environment: environment, method: method)
  }

  @inline(__always)
  @_lifetime(copy token, copy project, copy environment, copy method)
  private init(token: RawSpan, project: RawSpan?, environment: RawSpan?, method: RawSpan?) {
    self.token = token
    kinds = []
    self.project = project
    self.environment = environment
    self.method = method
    details = false
    minRevision = .zero
  }

  @_lifetime(copy bytes)
  private init(all bytes: RawSpan, depth: Int) throws(WireError) {
    var token = bytes.extracting(0..<0)
    var kinds: KindSet = []
    var project: RawSpan?
    var environment: RawSpan?
    var method: RawSpan?
    var details = false
    var minRevision = Revision.zero
    var reader = ProtoReader(bytes, depth: depth)
    while let tag = try reader.next() {
      switch tag.number {
      case 1: token = try reader.bytes(tag, "token")
      case 2: try reader.kinds(tag, "kinds", into: &kinds)
      case 3: project = try reader.nameBytes(tag, "project")
      case 4: environment = try reader.nameBytes(tag, "environment")
      case 5: method = try reader.nameBytes(tag, "method")
      case 6: details = try reader.bool(tag, "details")
      case 7: minRevision = Revision(rawValue: try reader.uint64(tag, "min_revision"))
      default: try reader.skip(tag)
      }
    }
    self.token = token
    self.kinds = kinds
    self.project = project
    self.environment = environment
    self.method = method
    self.details = details
    self.minRevision = minRevision
  }
}

/// The requests of a ValidateBatchRequest, one after the other, in place.
public struct ValidateBatchReader: ~Escapable {
  @usableFromInline var reader: ProtoReader
  /// How many requests were read.
  public private(set) var count = 0

  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { reader = ProtoReader(bytes) }

  /// An error of the request that was read last, as one of the batch.
  public func locate(_ error: WireError) -> WireError {
    error.inside("requests", index: count - 1)
  }

  /// The next request; nil after the last.
  ///
  /// What it throws fails the whole batch: no request of it is answered.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func next() throws(WireError) -> ValidateRequestView? {
    while let tag = try reader.next() {
      guard tag.number == 1 else {
        try reader.skip(tag)
        continue
      }
      guard count < Limits.batchValidations else { throw .of(.tooMany, "requests") }
      let bytes = try reader.bytes(tag, "requests")
      count += 1
      do throws(WireError) {
        return try ValidateRequestView(bytes, depth: reader.depth - 1)
      } catch {
        throw locate(error)
      }
    }
    return nil
  }
}
