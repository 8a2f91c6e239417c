import TesseraBytes
import TesseraModel

/// A ValidateRequest read in place: every part is a span of the received bytes, and nothing is
/// allocated.
///
/// Names are checked to be names, so their bytes are ASCII and can be compared as they are. The
/// token's bytes are not checked: whether they can be a token is the verdict's to say.
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
      try self.init(all: bytes, depth: depth)
    }
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
  init(all bytes: RawSpan, depth: Int) throws(WireError) {
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
      let index = count
      count += 1
      do throws(WireError) {
        return try ValidateRequestView(bytes, depth: reader.depth - 1)
      } catch {
        throw error.inside("requests", index: index)
      }
    }
    return nil
  }
}
