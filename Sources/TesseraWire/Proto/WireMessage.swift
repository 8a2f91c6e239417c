import TesseraBytes
import TesseraModel

/// A proto3 message that is read into a value and written from one.
public protocol WireMessage {
  /// The message with no field set.
  init()

  /// Reads fields until the reader's end. As proto3 has it, a field that comes again replaces what
  /// was there, a message that comes again is merged into it, and a list grows.
  @_lifetime(reader: copy reader)
  mutating func merge(from reader: inout ProtoReader) throws(WireError)

  /// Appends the message's fields in the order of their numbers, without a length before them.
  func append(to buffer: inout ByteBuffer)
}

extension WireMessage {
  /// Reads a whole message.
  public init(decoding bytes: borrowing RawSpan) throws(WireError) {
    self.init()
    var reader = ProtoReader(copy bytes)
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
  /// Reads a message field into `value`, or into a new message where there is none.
  @_lifetime(self: copy self)
  public mutating func merge<Message: WireMessage>(
    _ tag: FieldTag, _ field: StaticString, into value: inout Message?
  ) throws(WireError) {
    var merged = value ?? Message()
    var reader = try message(tag, field)
    do throws(WireError) {
      try merged.merge(from: &reader)
    } catch {
      throw error.inside(field.description)
    }
    value = merged
  }

  /// Reads one element of a repeated message field.
  @_lifetime(self: copy self)
  public mutating func append<Message: WireMessage>(
    _ tag: FieldTag, _ field: StaticString, to values: inout [Message], atMost limit: Int
  ) throws(WireError) {
    guard values.count < limit else { throw .of(.tooMany, field) }
    var reader = try self.message(tag, field)
    var element = Message()
    do throws(WireError) {
      try element.merge(from: &reader)
    } catch {
      throw error.inside(field, index: values.count)
    }
    values.append(element)
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

  public mutating func append(field number: UInt32, messages: [some WireMessage]) {
    for message in messages { append(field: number, message: message) }
  }

  public mutating func append(field number: UInt32, strings: [String]) {
    for text in strings { append(field: number, string: text, keepingDefault: true) }
  }
}
