import TesseraBytes
import TesseraModel
import TesseraWire

extension ByteBuffer {
  /// Appends one entry as an element of a `Batch`.
  mutating func append(element entry: JournalEntry) {
    append(field: 1) { $0.append(entry) }
  }

  private mutating func append(_ entry: JournalEntry) {
    append(field: 1, varint: entry.revision.rawValue)
    append(field: 2, time: entry.at)
    append(field: 3) { $0.append(entry.actor) }
    switch entry.mutation {
    case .putToken(let record, let idempotency):
      append(field: 4) {
        $0.append(field: 1) { $0.append(record) }
        if let idempotency { $0.append(field: 2) { $0.append(idempotency) } }
      }
    case .revokeTokens(let tokens, let revocation):
      append(field: 5) {
        $0.appendTag(1, .lengthDelimited)
        $0.appendVarint(UInt64(tokens.count * TokenID.byteCount))
        for token in tokens { $0.append(id: token) }
        $0.append(field: 2) { $0.append(revocation) }
      }
    }
  }
}

extension JournalEntry {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var revision = Revision.zero
    var at: Timestamp?
    var actor: Actor?
    var mutation: Mutation?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      case 2: at = try reader.time(tag, "at")
      case 3:
        var message = try reader.message(tag, "actor")
        actor = try Actor(reading: &message)
      case 4:
        var message = try reader.message(tag, "put_token")
        mutation = try .putToken(reading: &message)
      case 5:
        var message = try reader.message(tag, "revoke_tokens")
        mutation = try .revokeTokens(reading: &message)
      default: throw unknown(tag, in: "JournalEntry")
      }
    }
    guard let at else { throw missing("at") }
    guard let actor else { throw missing("actor") }
    guard let mutation else { throw missing("mutation") }
    self.init(revision: revision, at: at, actor: actor, mutation: mutation)
  }
}

extension Mutation {
  @_lifetime(reader: copy reader)
  fileprivate static func putToken(
    reading reader: inout ProtoReader
  ) throws(WireError) -> Mutation {
    var record: TokenRecord?
    var idempotency: IdempotencyEntry?
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        var message = try reader.message(tag, "token")
        record = try TokenRecord(reading: &message)
      case 2:
        var message = try reader.message(tag, "idempotency")
        idempotency = try IdempotencyEntry(reading: &message)
      default: throw unknown(tag, in: "PutToken")
      }
    }
    guard let record else { throw missing("put_token.token") }
    return .putToken(record, idempotency: idempotency)
  }

  @_lifetime(reader: copy reader)
  fileprivate static func revokeTokens(
    reading reader: inout ProtoReader
  ) throws(WireError) -> Mutation {
    var tokens: [TokenID] = []
    var revocation: Revocation?
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        let bytes = try reader.bytes(tag, "tokens")
        guard bytes.byteCount % TokenID.byteCount == 0 else {
          throw WireError(.badTokenID, field: "tokens")
        }
        tokens.reserveCapacity(bytes.byteCount / TokenID.byteCount)
        for offset in stride(from: 0, to: bytes.byteCount, by: TokenID.byteCount) {
          tokens.append(
            TokenID(
              high: bytes.load(bigEndianAt: offset), low: bytes.load(bigEndianAt: offset + 8)))
        }
      case 2:
        var message = try reader.message(tag, "revocation")
        revocation = try Revocation(reading: &message)
      default: throw unknown(tag, in: "RevokeTokens")
      }
    }
    guard let revocation else { throw missing("revoke_tokens.revocation") }
    return .revokeTokens(tokens, revocation)
  }
}
