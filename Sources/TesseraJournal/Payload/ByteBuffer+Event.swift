import TesseraBytes
import TesseraModel
import TesseraWire

extension ByteBuffer {
  mutating func append(_ event: Event) {
    append(field: 1, varint: event.revision.rawValue)
    append(field: 2, time: event.at)
    append(field: 3) { $0.append(event.actor) }
    append(field: 4, varint: UInt64(event.kind.rawValue))
    for change in event.changes { append(field: 5) { $0.append(change) } }
    switch event.subject {
    case .tokens(let tokens): append(field: 6, ids: tokens)
    case .entry(let key): append(field: 7) { $0.append(key) }
    case .user(let user): append(field: 8, string: user.text, keepingDefault: true)
    }
  }

  mutating func append(_ change: FieldChange) {
    append(field: 1, string: change.field)
    append(field: 2, string: change.before)
    append(field: 3, string: change.after)
  }

  /// Appends a token as an element of a `SnapshotBlock`.
  mutating func append(_ record: TokenRecord, usage: TokenUsage) {
    append(field: 1) { $0.append(record) }
    if usage != .none { append(field: 2) { $0.append(usage) } }
  }

  private mutating func append(_ usage: TokenUsage) {
    append(field: 1, varint: usage.uses)
    if let time = usage.lastUsedAt { append(field: 2, time: time) }
    if let time = usage.previousLastUsedAt { append(field: 3, time: time) }
  }
}
