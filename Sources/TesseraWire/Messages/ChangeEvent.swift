import TesseraBytes
import TesseraModel

/// `tessera.v1.Event`: one change, who did what to which, and when.
///
/// What is nil was not said. An enum's number that this version does not know reads as nil.
public struct ChangeEvent: WireMessage {
  /// The change's position in the journal, which is the event's number too.
  public var revision = Revision.zero
  public var at: Timestamp?
  public var actor: Actor?
  public var kind: EventKind?
  /// Of a change to very many, the first `Limits.tokensPerEvent`.
  public var tokens: [TokenID] = []
  /// How many tokens there were.
  public var tokenCount: UInt32 = 0
  public var entry: RegistryKey?
  public var user: UserID?
  public var changes: [FieldChange] = []

  public init() {}

  public init(_ event: Event) {
    revision = event.revision
    at = event.at
    actor = event.actor
    kind = event.kind
    switch event.subject {
    case .tokens(let ids):
      tokens = Array(ids.prefix(Limits.tokensPerEvent))
      tokenCount = UInt32(clamping: ids.count)
    case .entry(let key): entry = key
    case .user(let id): user = id
    }
    changes = event.changes
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      case 2: try reader.timestamp(tag, "at", into: &at)
      case 3: try reader.actor(tag, "actor", into: &actor)
      case 4: kind = try reader.enumeration(tag, "kind")
      case 5: try reader.append(tag, "tokens", to: &tokens, atMost: Limits.tokensPerEvent)
      case 6: tokenCount = try reader.uint32(tag, "token_count")
      case 7: try reader.registryKey(tag, "entry", into: &entry)
      case 8: user = try reader.optionalName(tag, "user")
      case 9: try reader.append(tag, "changes", to: &changes)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, varint: revision.rawValue)
    buffer.append(field: 2, timestamp: at)
    buffer.append(field: 3, actor: actor)
    buffer.append(field: 4, enumeration: kind)
    for id in tokens { buffer.append(field: 5, tokenID: id) }
    buffer.append(field: 6, varint: UInt64(tokenCount))
    buffer.append(field: 7, registryKey: entry)
    buffer.append(field: 8, name: user)
    buffer.append(field: 9, changes: changes)
  }
}
