import SimulatedMachine
import TesseraJournal
import TesseraModel

/// Remembers what a start was given, in order and with nothing made of it: what is compared
/// thousands of times is not worth a state each time.
struct Witness: RecoverySink, Equatable, Sendable {
  var entries: [RegistryEntry] = []
  var users: [UserRecord] = []
  var tokens: [TokenRecord] = []
  var usages: [TokenUsage] = []
  var idempotency: [IdempotencyEntry] = []
  var events: [Event] = []
  var replayed: [JournalEntry] = []

  mutating func beginSnapshot() { self = Witness() }
  mutating func restore(_ entry: RegistryEntry) { entries.append(entry) }
  mutating func restore(_ user: consuming UserRecord) { users.append(user) }
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {
    tokens.append(record)
    usages.append(usage)
  }
  mutating func restore(_ entry: IdempotencyEntry) { idempotency.append(entry) }
  mutating func restore(_ event: consuming Event) { events.append(event) }
  mutating func replay(_ entry: consuming JournalEntry) { replayed.append(entry) }

  /// The same, as it would be had the journal ended with this change.
  func ending(with revision: UInt64) -> Witness {
    var copy = self
    copy.replayed.removeAll { $0.revision.rawValue > revision }
    return copy
  }

  /// What comes of it.
  var state: State {
    var state = State()
    for entry in entries { state.restore(entry) }
    for user in users { state.restore(user) }
    for (record, usage) in zip(tokens, usages) { state.restore(record, usage: usage) }
    for entry in idempotency { state.restore(entry) }
    for event in events { state.restore(event) }
    for entry in replayed { state.replay(entry) }
    return state.settled
  }
}

/// What came of a start.
enum Start: Equatable {
  case served(Witness, RecoveryReport)
  case refused(JournalError)

  init(_ disk: SimulatedDisk) {
    var witness = Witness()
    do throws(JournalError) {
      let journal = try Journal(
        opening: DataDirectory(opening: SweptDirectory.path, on: disk), into: &witness)
      self = .served(witness, journal.recovery)
    } catch {
      self = .refused(error)
    }
  }
}

/// What an intact directory gives.
func truth(of disk: SimulatedDisk) throws -> Witness {
  guard case .served(let witness, _) = Start(disk) else {
    throw SweepFailure("an intact directory is refused")
  }
  return witness
}

struct SweepFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
