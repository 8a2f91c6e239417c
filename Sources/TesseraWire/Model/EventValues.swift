import TesseraBytes
import TesseraModel

extension ProtoReader {
  /// One element of a list of token ids.
  @_lifetime(self: copy self)
  mutating func append(
    _ tag: FieldTag, _ field: StaticString, to ids: inout [TokenID], atMost limit: Int
  ) throws(WireError) {
    guard ids.count < limit else { throw .of(.tooMany, field) }
    ids.append(try presentTokenID(tag, field))
  }

  /// One element of an event's list of changed fields.
  @_lifetime(self: copy self)
  mutating func append(
    _ tag: FieldTag, _ field: StaticString, to changes: inout [FieldChange]
  ) throws(WireError) {
    var change = FieldChange("")
    try element(
      tag, field, at: changes.count, atMost: Limits.changesPerEvent
    ) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: change.field = try reader.string(tag, "field")
        case 2: change.before = try reader.string(tag, "before")
        case 3: change.after = try reader.string(tag, "after")
        default: try reader.skip(tag)
        }
      }
    }
    changes.append(change)
  }
}

extension ByteBuffer {
  /// The elements of a repeated FieldChange.
  mutating func append(field number: UInt32, changes: [FieldChange]) {
    for change in changes {
      append(field: number) { message in
        message.append(field: 1, string: change.field)
        message.append(field: 2, string: change.before)
        message.append(field: 3, string: change.after)
      }
    }
  }
}
