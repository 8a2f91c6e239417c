import TesseraJournal
import TesseraModel
import TesseraSystem

/// A stand-in for the engine: applies changes as after-images, and remembers what it was given.
struct State: RecoverySink, Equatable {
  var registry: [RegistryKey: RegistryEntry] = [:]
  var users: [UserID: UserRecord] = [:]
  var tokens: [TokenID: TokenRecord] = [:]
  /// Of the tokens that were used.
  var usage: [TokenID: TokenUsage] = [:]
  var idempotency: [Digest: IdempotencyEntry] = [:]
  var events: [Event] = []
  var replayed: [JournalEntry] = []

  mutating func beginSnapshot() { self = State() }

  mutating func restore(_ entry: RegistryEntry) { registry[entry.key] = entry }

  mutating func restore(_ user: consuming UserRecord) { users[user.id] = user }

  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {
    if usage != .none { self.usage[record.id] = usage }
    tokens[record.id] = record
  }

  mutating func restore(_ entry: IdempotencyEntry) { idempotency[entry.key] = entry }

  mutating func restore(_ event: consuming Event) { events.append(event) }

  mutating func replay(_ entry: consuming JournalEntry) {
    apply(entry)
    replayed.append(entry)
  }

  mutating func apply(_ entry: JournalEntry) {
    switch entry.mutation {
    case .putToken(let record, let idempotency):
      tokens[record.id] = record
      if let idempotency { self.idempotency[idempotency.key] = idempotency }
    case .putTokens(let records): for record in records { tokens[record.id] = record }
    case .revokeTokens(let ids, let revocation):
      for id in ids { tokens[id]?.revocation = revocation }
    case .removeTokens(let ids):
      for id in ids {
        tokens[id] = nil
        usage[id] = nil
      }
    case .putEntry(let entry): registry[entry.key] = entry
    case .removeEntry(let key, let revocation):
      registry[key] = nil
      revoke(revocation) { $0.isOnlyFor(key) }
    case .putUser(let user): users[user.id] = user
    case .removeUser(let id, let revocation):
      users[id] = nil
      revoke(revocation) { $0.owner == id }
    }
    // A snapshot's events may be ahead of the change that its replay begins with.
    if entry.revision > events.last?.revision ?? .zero { events.append(Event(entry)) }
  }

  private mutating func revoke(_ revocation: Revocation, where isMeant: (TokenRecord) -> Bool) {
    for (id, record) in tokens where isMeant(record) { tokens[id]?.revocation = revocation }
  }

  /// What the state is after these changes, whatever the way there.
  static func after(_ entries: some Sequence<JournalEntry>) -> State {
    var state = State()
    for entry in entries { state.apply(entry) }
    return state
  }

  /// The state alone, without how it came about.
  var settled: State {
    var copy = self
    copy.replayed = []
    return copy
  }
}

extension TokenRecord {
  fileprivate func isOnlyFor(_ key: RegistryKey) -> Bool {
    switch key {
    case .project(let id): projects == .one(id)
    case .environment(let id): environment == id
    case .method, .scopeSet, .role: false
    }
  }
}

/// What came of opening a data directory.
struct Opened {
  var state: State
  var report: RecoveryReport
}

extension Opened {
  /// Recovers the data directory and closes it as a crash would: without a seal.
  static func read(
    _ path: String, on disk: some Disk = PosixDisk(), from initial: State = State()
  ) throws(JournalError) -> Opened {
    var state = initial
    let journal = try Journal(opening: DataDirectory(opening: path, on: disk), into: &state)
    return Opened(state: state, report: journal.recovery)
  }
}

/// Makes a data directory, or opens it where there is one, and runs `body` on its journal, which is
/// then let go of as in a crash.
func withJournal<D: Disk>(
  _ path: String, segmentBytes: Int = 64 << 20, reserveBytes: Int = 16 << 20, on disk: D,
  _ body: (inout Journal<D>) throws -> Void
) throws {
  if try DataDirectory.contents(of: path, on: disk) == .empty {
    _ = try DataDirectory(creating: path, authority: AuthorityID(high: 7, low: 9), on: disk)
  }
  var state = State()
  var journal = try Journal(
    opening: DataDirectory(opening: path, on: disk),
    .init(segmentBytes: segmentBytes, reserveBytes: reserveBytes),
    into: &state)
  try body(&journal)
}

func withJournal(
  _ path: String, segmentBytes: Int = 64 << 20, _ body: (inout Journal<PosixDisk>) throws -> Void
) throws {
  try withJournal(path, segmentBytes: segmentBytes, on: PosixDisk(), body)
}
