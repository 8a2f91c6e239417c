import TesseraBytes
import TesseraModel

extension ProtoReader {
  /// An Actor. A member that this version does not know leaves it as it was.
  @_lifetime(self: copy self)
  public mutating func actor(
    _ tag: FieldTag, _ field: StaticString, into actor: inout Actor?
  ) throws(WireError) {
    var read = actor
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: read = .token(try reader.presentTokenID(tag, "token"))
        case 2: read = .certificate(try reader.string(tag, "certificate"))
        case 3: read = .offline(try reader.string(tag, "offline"))
        case 4: try reader.actingUser(tag, "user", into: &read)
        default: try reader.skip(tag)
        }
      }
    }
    actor = read
  }

  /// An ActingUser. One that names no user leaves the actor as it was.
  @_lifetime(self: copy self)
  private mutating func actingUser(
    _ tag: FieldTag, _ field: StaticString, into actor: inout Actor?
  ) throws(WireError) {
    var user: UserID?
    var token: TokenID?
    if case .user(let earlier, let through) = actor { (user, token) = (earlier, through) }
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: user = try reader.optionalName(tag, "user") ?? user
        case 2: token = try reader.tokenID(tag, "token")
        default: try reader.skip(tag)
        }
      }
    }
    if let user { actor = .user(user, through: token) }
  }
}

extension ByteBuffer {
  /// An Actor; nil is left out.
  public mutating func append(field number: UInt32, actor: Actor?) {
    guard let actor else { return }
    append(field: number) { message in
      switch actor {
      case .token(let id): message.append(field: 1, tokenID: id)
      case .certificate(let name): message.append(field: 2, string: name, keepingDefault: true)
      case .offline(let command): message.append(field: 3, string: command, keepingDefault: true)
      case .user(let user, let token):
        message.append(field: 4) { acting in
          acting.append(field: 1, name: user)
          acting.append(field: 2, tokenID: token)
        }
      }
    }
  }
}
