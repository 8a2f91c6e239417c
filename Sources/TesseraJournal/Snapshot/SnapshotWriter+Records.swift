import TesseraModel

// The records come in the order of these functions: the registry, users, tokens, idempotency keys,
// events. Each throws `.disk`; the snapshot is then to be let go of.
extension SnapshotWriter {
  public mutating func append(_ entry: RegistryEntry) throws(JournalError) {
    try append(.registry) { $0.append(entry) }
  }

  public mutating func append(_ user: UserRecord) throws(JournalError) {
    try append(.users) { $0.append(user) }
  }

  public mutating func append(_ record: TokenRecord, usage: TokenUsage) throws(JournalError) {
    try append(.tokens) { $0.append(record, usage: usage) }
  }

  public mutating func append(_ entry: IdempotencyEntry) throws(JournalError) {
    try append(.idempotency) { $0.append(entry) }
  }

  /// Events come in order of their revisions, and are taken when every other record was. So they
  /// tell of all changes in the records, and a replay knows by the last one's revision which of the
  /// changes that it repeats have theirs already.
  public mutating func append(_ event: Event) throws(JournalError) {
    try append(.events) { $0.append(event) }
  }
}
