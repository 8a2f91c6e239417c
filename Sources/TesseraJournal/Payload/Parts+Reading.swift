import TesseraBytes
import TesseraModel
import TesseraWire

extension Actor {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var who: Actor?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: who = .token(try reader.id(tag, "token"))
      case 2: who = .certificate(try reader.string(tag, "certificate"))
      case 3: who = .offline(try reader.string(tag, "offline"))
      case 4:
        var message = try reader.message(tag, "user")
        who = try .user(reading: &message)
      default: throw unknown(tag, in: "Actor")
      }
    }
    guard let who else { throw missing("actor.who") }
    self = who
  }

  @_lifetime(reader: copy reader)
  private static func user(reading reader: inout ProtoReader) throws(WireError) -> Actor {
    var user: UserID?
    var through: TokenID?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: user = try reader.name(tag, "user")
      case 2: through = try reader.id(tag, "through")
      default: throw unknown(tag, in: "ActingUser")
      }
    }
    guard let user else { throw missing("acting_user.user") }
    return .user(user, through: through)
  }
}

extension Revocation {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var at: Timestamp?
    var by: Actor?
    var reason = ""
    while let tag = try reader.next() {
      switch tag.number {
      case 1: at = try reader.time(tag, "at")
      case 2:
        var message = try reader.message(tag, "by")
        by = try Actor(reading: &message)
      case 3: reason = try reader.string(tag, "reason")
      default: throw unknown(tag, in: "Revocation")
      }
    }
    guard let at else { throw missing("revocation.at") }
    guard let by else { throw missing("revocation.by") }
    self.init(at: at, by: by, reason: reason)
  }
}

extension Credentials.Previous {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var digest: Digest?
    var validUntil: Timestamp?
    var isUnchecked = false
    while let tag = try reader.next() {
      switch tag.number {
      case 1: digest = try reader.digest(tag, "digest")
      case 2: validUntil = try reader.time(tag, "valid_until")
      case 3: isUnchecked = try reader.bool(tag, "unchecked")
      default: throw unknown(tag, in: "PreviousDigest")
      }
    }
    guard let digest else { throw missing("previous_digest.digest") }
    guard let validUntil else { throw missing("previous_digest.valid_until") }
    self.init(digest: digest, isUnchecked: isUnchecked, validUntil: validUntil)
  }
}

extension IdempotencyEntry {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var key: Digest?
    var request: Digest?
    var token: TokenID?
    var keptUntil: Timestamp?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: key = try reader.digest(tag, "key")
      case 2: request = try reader.digest(tag, "request")
      case 3: token = try reader.id(tag, "token")
      case 4: keptUntil = try reader.time(tag, "kept_until")
      default: throw unknown(tag, in: "IdempotencyEntry")
      }
    }
    guard let key else { throw missing("idempotency.key") }
    guard let request else { throw missing("idempotency.request") }
    guard let token else { throw missing("idempotency.token") }
    guard let keptUntil else { throw missing("idempotency.kept_until") }
    self.init(key: key, request: request, token: token, keptUntil: keptUntil)
  }
}
