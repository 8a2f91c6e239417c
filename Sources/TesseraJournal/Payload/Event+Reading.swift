import TesseraBytes
import TesseraModel
import TesseraWire

extension Event {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var revision = Revision.zero
    var at: Timestamp?
    var actor: Actor?
    var kind: EventKind?
    var changes: [FieldChange] = []
    var subject: Subject?
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
      case 6: subject = .tokens(try reader.ids(tag, "tokens"))
      case 7:
        var message = try reader.message(tag, "entry")
        subject = .entry(try RegistryKey(reading: &message))
      case 8: subject = .user(try reader.name(tag, "user"))
      default: throw unknown(tag, in: "Event")
      }
    }
    guard let at else { throw missing("event.at") }
    guard let actor else { throw missing("event.actor") }
    guard let kind else { throw WireError(.unknownEnum, field: "event.kind") }
    guard let subject else { throw missing("event.subject") }
    self.init(
      revision: revision, at: at, actor: actor, kind: kind, subject: subject, changes: changes)
  }
}

extension FieldChange {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    self.init("")
    while let tag = try reader.next() {
      switch tag.number {
      case 1: field = try reader.string(tag, "field")
      case 2: before = try reader.string(tag, "before")
      case 3: after = try reader.string(tag, "after")
      default: throw unknown(tag, in: "FieldChange")
      }
    }
  }
}

extension TokenUsage {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    self.init()
    while let tag = try reader.next() {
      switch tag.number {
      case 1: uses = try reader.uint64(tag, "uses")
      case 2: lastUsedAt = try reader.time(tag, "last_used_at")
      case 3: previousLastUsedAt = try reader.time(tag, "previous_last_used_at")
      default: throw unknown(tag, in: "TokenUsage")
      }
    }
  }
}
