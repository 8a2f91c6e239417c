import TesseraBytes
import TesseraModel

/// Asks who the holder of a credential is, and acts as that caller from then on.
public struct AuthenticateRequest: RequestMessage {
  public typealias Response = AuthenticateResponse
  public static var method: Method { .authenticate }

  public enum Credential: Equatable, Sendable {
    /// A token's value.
    case token(Secret)
    case password(Password)
  }

  /// nil where the request holds none, which is to be refused.
  public var credential: Credential?

  public init() {}

  public init(token: Secret) { credential = .token(token) }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: credential = .token(Secret(try reader.array(tag, "token")))
      case 2:
        var password: Password? = if case .password(let set) = credential { set } else { nil }
        try reader.merge(tag, "password", into: &password)
        credential = password.map(Credential.password)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    switch credential {
    case .token(let value): buffer.append(field: 1, bytes: value.bytes, keepingDefault: true)
    case .password(let password): buffer.append(field: 2, message: password)
    case nil: break
    }
  }
}

/// A user's name and password.
public struct Password: WireMessage {
  public static var role: MessageRole { .request }

  public var user = ""
  public var password = Secret([])

  public init() {}

  public init(user: String, password: Secret) {
    self.user = user
    self.password = password
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: user = try reader.string(tag, "user")
      case 2: password = Secret(try reader.string(tag, "password"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, string: user)
    buffer.append(field: 2, bytes: password.bytes)
  }
}

/// Says who the caller is.
public struct AuthenticateResponse: WireMessage {
  public var caller: Caller?

  public init() {}
  public init(caller: Caller) { self.caller = caller }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.merge(tag, "caller", into: &caller)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) { buffer.append(field: 1, message: caller) }
}
