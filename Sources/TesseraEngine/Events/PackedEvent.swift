import TesseraModel

/// An event as it is kept: its actor by number, and its changes in one piece of memory.
struct PackedEvent {
  let revision: Revision
  let at: Timestamp
  let actor: ActorNumber
  let kind: EventKind
  let subject: Subject
  let changes: PackedChanges

  /// One token needs no list of its own.
  enum Subject {
    case token(TokenID)
    case tokens([TokenID])
    case entry(RegistryKey)
    case user(UserID)

    init(_ subject: Event.Subject) {
      switch subject {
      case .tokens(let ids) where ids.count == 1: self = .token(ids[0])
      case .tokens(let ids): self = .tokens(ids)
      case .entry(let key): self = .entry(key)
      case .user(let id): self = .user(id)
      }
    }

    var value: Event.Subject {
      switch self {
      case .token(let id): .tokens([id])
      case .tokens(let ids): .tokens(ids)
      case .entry(let key): .entry(key)
      case .user(let id): .user(id)
      }
    }
  }

  init(_ event: Event, by actor: ActorNumber) {
    revision = event.revision
    at = event.at
    self.actor = actor
    kind = event.kind
    subject = Subject(event.subject)
    changes = PackedChanges(event.changes)
  }

  /// What it counts as among the events that are kept.
  var weight: Int {
    if case .tokens(let ids) = subject { max(1, ids.count) } else { 1 }
  }
}

/// Changes as bytes: of each, three texts, and of each text its length in two bytes and its UTF-8.
struct PackedChanges {
  private let bytes: [UInt8]

  init(_ changes: [FieldChange]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      changes.reduce(0) {
        $0 + 6 + $1.field.utf8.count + $1.before.utf8.count + $1.after.utf8.count
      })
    func append(_ text: String) {
      // Those that were decided here are not longer than that.
      let text = FieldChange.shortened(text)
      bytes.append(UInt8(truncatingIfNeeded: text.utf8.count >> 8))
      bytes.append(UInt8(truncatingIfNeeded: text.utf8.count))
      bytes += text.utf8
    }
    for change in changes {
      append(change.field)
      append(change.before)
      append(change.after)
    }
    self.bytes = bytes
  }

  var value: [FieldChange] {
    var rest = bytes[...]
    func next() -> String {
      let length = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
      defer { rest = rest.dropFirst(length) }
      return String(decoding: rest.prefix(length), as: UTF8.self)
    }
    var changes: [FieldChange] = []
    while !rest.isEmpty { changes.append(FieldChange(next(), before: next(), after: next())) }
    return changes
  }
}
