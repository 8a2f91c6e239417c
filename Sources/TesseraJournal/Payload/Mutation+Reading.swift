import TesseraBytes
import TesseraModel
import TesseraWire

extension Mutation {
  /// Reads the member of a `JournalEntry` whose tag was just read.
  @_lifetime(reader: copy reader)
  init(_ tag: FieldTag, reading reader: inout ProtoReader) throws(WireError) {
    switch tag.number {
    case 6: self = try .putToken(reading: &reader)
    case 7: self = try .putTokens(reading: &reader)
    case 8: self = try .revokeTokens(reading: &reader)
    case 9: self = try .removeTokens(reading: &reader)
    case 10: self = .putEntry(try RegistryEntry(reading: &reader))
    case 11: self = try .removeEntry(reading: &reader)
    case 12: self = .putUser(try UserRecord(reading: &reader))
    case 13: self = try .removeUser(reading: &reader)
    default: throw unknown(tag, in: "JournalEntry")
    }
  }

  @_lifetime(reader: copy reader)
  private static func putToken(reading reader: inout ProtoReader) throws(WireError) -> Mutation {
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
  private static func putTokens(reading reader: inout ProtoReader) throws(WireError) -> Mutation {
    var records: [TokenRecord] = []
    while let tag = try reader.next() {
      guard tag.number == 1 else { throw unknown(tag, in: "PutTokens") }
      var message = try reader.message(tag, "tokens")
      records.append(try TokenRecord(reading: &message))
    }
    return .putTokens(records)
  }

  @_lifetime(reader: copy reader)
  private static func revokeTokens(
    reading reader: inout ProtoReader
  ) throws(WireError) -> Mutation {
    var tokens: [TokenID]?
    var revocation: Revocation?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: tokens = try reader.ids(tag, "tokens")
      case 2:
        var message = try reader.message(tag, "revocation")
        revocation = try Revocation(reading: &message)
      default: throw unknown(tag, in: "RevokeTokens")
      }
    }
    guard let tokens else { throw missing("revoke_tokens.tokens") }
    guard let revocation else { throw missing("revoke_tokens.revocation") }
    return .revokeTokens(tokens, revocation)
  }

  @_lifetime(reader: copy reader)
  private static func removeTokens(
    reading reader: inout ProtoReader
  ) throws(WireError) -> Mutation {
    var tokens: [TokenID]?
    while let tag = try reader.next() {
      guard tag.number == 1 else { throw unknown(tag, in: "RemoveTokens") }
      tokens = try reader.ids(tag, "tokens")
    }
    guard let tokens else { throw missing("remove_tokens.tokens") }
    return .removeTokens(tokens)
  }

  @_lifetime(reader: copy reader)
  private static func removeEntry(
    reading reader: inout ProtoReader
  ) throws(WireError) -> Mutation {
    var key: RegistryKey?
    var revocation: Revocation?
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        var message = try reader.message(tag, "entry")
        key = try RegistryKey(reading: &message)
      case 2:
        var message = try reader.message(tag, "revocation")
        revocation = try Revocation(reading: &message)
      default: throw unknown(tag, in: "RemoveEntry")
      }
    }
    guard let key else { throw missing("remove_entry.entry") }
    guard let revocation else { throw missing("remove_entry.revocation") }
    return .removeEntry(key, revocation)
  }

  @_lifetime(reader: copy reader)
  private static func removeUser(reading reader: inout ProtoReader) throws(WireError) -> Mutation {
    var user: UserID?
    var revocation: Revocation?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: user = try reader.name(tag, "user")
      case 2:
        var message = try reader.message(tag, "revocation")
        revocation = try Revocation(reading: &message)
      default: throw unknown(tag, in: "RemoveUser")
      }
    }
    guard let user else { throw missing("remove_user.user") }
    guard let revocation else { throw missing("remove_user.revocation") }
    return .removeUser(user, revocation)
  }
}
