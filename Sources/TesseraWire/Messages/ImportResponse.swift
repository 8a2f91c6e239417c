import TesseraBytes
import TesseraModel

/// What became of each token that was to be imported.
public struct ImportResponse: WireMessage {
  /// In the order of the request.
  public var outcomes: [ImportOutcome] = []
  public var revision = Revision.zero

  public init() {}

  public init(_ outcomes: [ImportOutcome], revision: Revision) {
    self.outcomes = outcomes
    self.revision = revision
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        try reader.append(tag, "outcomes", to: &outcomes, atMost: Limits.tokensPerImport)
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, messages: outcomes)
    buffer.append(field: 2, varint: revision.rawValue)
  }
}

public struct ImportOutcome: WireMessage {
  /// `.ok` where the token was imported. A number that is no status reads as `.unknown`.
  public var status = StatusCode.ok
  /// nil where it was not.
  public var id: TokenID?
  /// Why not; its field is relative to the token.
  public var failure: Failure?

  public init() {}
  public init(_ id: TokenID) { self.id = id }

  public init(_ refusal: Refusal) {
    status = refusal.code
    failure = Failure(refusal)
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        let number = UInt16(exactly: try reader.uint32(tag, "status"))
        status = number.flatMap(StatusCode.init(rawValue:)) ?? .unknown
      case 2: id = try reader.tokenID(tag, "id")
      case 3: try reader.merge(tag, "failure", into: &failure)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, varint: UInt64(status.rawValue))
    buffer.append(field: 2, tokenID: id)
    buffer.append(field: 3, message: failure)
  }
}
