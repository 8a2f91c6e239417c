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
    append(field: 4, varint: UInt64(entry.kind.rawValue))
    for change in entry.changes { append(field: 5) { $0.append(change) } }
    append(entry.mutation)
  }
}

extension JournalEntry {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var revision = Revision.zero
    var at: Timestamp?
    var actor: Actor?
    var kind: EventKind?
    var changes: [FieldChange] = []
    var mutation: Mutation?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      case 2: at = try reader.time(tag, "at")
      case 3:
        var message = try reader.message(tag, "actor")
        actor = try Actor(reading: &message)
      case 4: kind = EventKind(rawValue: UInt8(clamping: try reader.uint64(tag, "kind")))
      case 5:
        var message = try reader.message(tag, "changes")
        changes.append(try FieldChange(reading: &message))
      case 6...13:
        var message = try reader.message(tag, "mutation")
        mutation = try Mutation(tag, reading: &message)
      default: throw unknown(tag, in: "JournalEntry")
      }
    }
    guard let at else { throw missing("at") }
    guard let actor else { throw missing("actor") }
    guard let kind else { throw WireError(.unknownEnum, field: "kind") }
    guard let mutation else { throw missing("mutation") }
    self.init(
      revision: revision, at: at, actor: actor, kind: kind, changes: changes, mutation: mutation)
  }
}
