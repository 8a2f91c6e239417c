import TesseraBytes
import TesseraModel

/// The answer to a validation.
public struct ValidateResponse: WireMessage {
  /// nil where the number is one that this version does not know: not allowed.
  public var verdict: Verdict?
  /// Of the token, where it is ALLOWED.
  public var id: TokenID?
  public var kind: TokenKind?
  /// The position in the journal that the answer reflects.
  public var revision = Revision.zero
  /// Where the request asked for it and the verdict is ALLOWED.
  public var details: TokenDetails?

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: verdict = try reader.enumeration(tag, "verdict")
      case 2: id = try reader.tokenID(tag, "id")
      case 3: kind = try reader.enumeration(tag, "kind")
      case 4: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      case 5: try reader.merge(tag, "details", into: &details)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, enumeration: verdict)
    buffer.append(field: 2, tokenID: id)
    buffer.append(field: 3, enumeration: kind)
    buffer.append(field: 4, varint: revision.rawValue)
    buffer.append(field: 5, message: details)
  }
}

/// What an answer of ALLOWED tells about the token where the request asks for it.
public struct TokenDetails: WireMessage {
  public var owner: UserID?
  public var name = ""
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  public var scopes: ScopeSelection?
  /// nil is never.
  public var expiresAt: Timestamp?

  public init() {}

  public init(_ record: TokenRecord) {
    owner = record.owner
    name = record.name
    projects = record.projects
    environment = record.environment
    scopes = record.scopes
    expiresAt = record.expiresAt
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: owner = try reader.optionalName(tag, "owner")
      case 2: name = try reader.string(tag, "name")
      case 3: try reader.projects(tag, "projects", into: &projects)
      case 4: environment = try reader.optionalName(tag, "environment")
      case 5: try reader.scopes(tag, "scopes", into: &scopes)
      case 6: try reader.timestamp(tag, "expires_at", into: &expiresAt)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, name: owner)
    buffer.append(field: 2, string: name)
    buffer.append(field: 3, projects: projects)
    buffer.append(field: 4, name: environment)
    buffer.append(field: 5, scopes: scopes)
    buffer.append(field: 6, timestamp: expiresAt)
  }
}

/// The answers to a batch, in the order of its requests.
public struct ValidateBatchResponse: WireMessage {
  public var responses: [ValidateResponse] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        try reader.append(tag, "responses", to: &responses, atMost: Limits.batchValidations)
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, messages: responses)
    buffer.append(field: 2, varint: revision.rawValue)
  }
}
