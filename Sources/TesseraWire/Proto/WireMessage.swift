import TesseraBytes
import TesseraModel

/// A proto3 message that is read into a value and written from one.
public protocol WireMessage: Equatable, Sendable {
  /// The message with no field set.
  init()

  static var role: MessageRole { get }

  /// Reads fields until the reader's end. As proto3 has it, a field that comes again replaces what
  /// was there, a message that comes again is merged into it, and a list grows.
  @_lifetime(reader: copy reader)
  mutating func merge(from reader: inout ProtoReader) throws(WireError)

  /// Appends the message's fields in the order of their numbers, without a length before them.
  func append(to buffer: inout ByteBuffer)
}

/// The message that asks for a method, paired with the one that answers it.
public protocol RequestMessage: WireMessage {
  associatedtype Response: WireMessage
  static var method: Method { get }
}

/// A request that may say for whom it is made.
public protocol ContextualRequest: RequestMessage {
  var context: CallContext? { get set }
}

extension RequestMessage {
  public static var role: MessageRole { .request }
}

extension WireMessage {
  public static var role: MessageRole { .response }

  /// Reads a whole message.
  public init(decoding bytes: borrowing RawSpan) throws(WireError) {
    self.init()
    var reader = ProtoReader(copy bytes, role: Self.role)
    try merge(from: &reader)
  }

  /// The message's bytes, in an array of their own: for tests and digests.
  public var encoded: [UInt8] {
    var buffer = ByteBuffer()
    append(to: &buffer)
    return buffer.bytes.array
  }
}

extension ProtoReader {
  /// Reads the message in a field with `body`, whose errors are seen from here.
  @_lifetime(self: copy self)
  public mutating func inside<Result>(
    _ tag: FieldTag, _ field: StaticString,
    _ body: (inout ProtoReader) throws(WireError) -> Result
  ) throws(WireError) -> Result {
    var reader = try message(tag, field)
    do throws(WireError) {
      return try body(&reader)
    } catch {
      throw error.inside(field.description)
    }
  }

  /// Reads a message field into `value`, or into a new message where there is none.
  @_lifetime(self: copy self)
  public mutating func merge<Message: WireMessage>(
    _ tag: FieldTag, _ field: StaticString, into value: inout Message?
  ) throws(WireError) {
    var merged = value ?? Message()
    try inside(tag, field) { reader throws(WireError) in try merged.merge(from: &reader) }
    value = merged
  }

  /// Reads one element of a repeated message field.
  @_lifetime(self: copy self)
  public mutating func append<Message: WireMessage>(
    _ tag: FieldTag, _ field: StaticString, to values: inout [Message], atMost limit: Int
  ) throws(WireError) {
    var element = Message()
    try self.element(tag, field, at: values.count, atMost: limit) { reader throws(WireError) in
      try element.merge(from: &reader)
    }
    values.append(element)
  }

  /// Reads the message that is element `index` of a repeated field with `body`.
  @_lifetime(self: copy self)
  public mutating func element<Result>(
    _ tag: FieldTag, _ field: StaticString, at index: Int, atMost limit: Int,
    _ body: (inout ProtoReader) throws(WireError) -> Result
  ) throws(WireError) -> Result {
    guard index < limit else { throw .of(.tooMany, field) }
    var reader = try message(tag, field)
    do throws(WireError) {
      return try body(&reader)
    } catch {
      throw error.inside(field, index: index)
    }
  }

  /// Reads one element of a repeated string field.
  @_lifetime(self: copy self)
  public mutating func append(
    _ tag: FieldTag, _ field: StaticString, to values: inout [String], atMost limit: Int
  ) throws(WireError) {
    guard values.count < limit else { throw .of(.tooMany, field) }
    values.append(try string(tag, field))
  }
}

extension ByteBuffer {
  /// A message field; nil is left out, an empty message is not.
  public mutating func append(field number: UInt32, message: (some WireMessage)?) {
    guard let message else { return }
    append(field: number) { message.append(to: &$0) }
  }

  /// The elements of a repeated message field.
  public mutating func append(field number: UInt32, messages: [some WireMessage]) {
    for message in messages { append(field: number, message: message) }
  }

  /// The elements of a repeated string field, empty ones too.
  public mutating func append(field number: UInt32, strings: [String]) {
    for text in strings { append(field: number, string: text, keepingDefault: true) }
  }
}
