import TesseraBytes
import TesseraModel

/// What a call on a user's account carries beside what it asks.
public struct CallContext: WireMessage {
  public static var role: MessageRole { .request }

  /// The user whom the call is made for, with that user's rights.
  public var actAs: UserID?
  /// The user's password again, which their changes may need.
  public var password: Secret?

  public init() {}

  public init(actAs: UserID? = nil, password: Secret? = nil) {
    self.actAs = actAs
    self.password = password
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: actAs = try reader.name(tag, "act_as")
      case 2: password = try reader.password(tag, "password")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, name: actAs)
    buffer.append(field: 2, bytes: password?.bytes ?? [])
  }
}
