import TesseraEngine
import TesseraModel

/// What must be so: which changes are made, which may be, and which are not.
///
/// A change is in one of these states. In flight: decided, and nobody was told. Settled: visible or
/// acknowledged, so it must outlast everything. Unknown: its callers were told that it may be there
/// at the next start, or the machine stopped while it was in flight. Refused: it must never be
/// seen.
struct Oracle {
  /// Every settled change, in order.
  private(set) var history: [JournalEntry] = []
  /// The batch that is in flight, or unknown.
  private(set) var inFlight: [JournalEntry] = []
  private(set) var isUnknown = false
  private(set) var doors = Doors()
  /// How often each token was used, as far as this process knows; and what a durable snapshot
  /// knows.
  private(set) var uses = UseCounts()

  /// A start knows of no earlier time: that of the last change, or when the clock was accepted.
  private(set) var leastMoment = Timestamp.earliest
  /// The clock that was said to be right at this start: of what is in flight, too, it knows no later
  /// time.
  private var acceptedMoment: Timestamp?

  private let eventsKept: Int
  private var settled: Reference
  /// With what is in flight.
  private var hoped: Reference

  init(eventsKept: Int) {
    self.eventsKept = eventsKept
    settled = Reference(eventsKept: eventsKept)
    hoped = Reference(eventsKept: eventsKept)
  }

  /// The last settled change.
  var revision: Revision { history.last?.revision ?? .zero }

  // MARK: What happens

  /// A batch was decided, and is about to be written.
  mutating func decided(_ entries: [JournalEntry], applied: Revision) throws(Finding) {
    if !isUnknown { try look(applied: applied, hasEnded: false) }
    guard !isUnknown, entries.first?.revision == revision.next else {
      throw Finding("a batch was decided on what is not settled")
    }
    inFlight = entries
    hoped.apply(entries)
  }

  /// What the engine shows tells what became of the batch in flight.
  ///
  /// - Parameter hasEnded: whether the journal takes no more, so that nobody knows what it wrote.
  mutating func look(applied: Revision, hasEnded: Bool) throws(Finding) {
    let last = inFlight.last?.revision ?? revision
    guard applied == revision || applied == last else {
      throw Finding(
        "revision \(applied.rawValue) is visible where \(revision.rawValue) is settled and up to "
          + "\(last.rawValue) is in flight")
    }
    if inFlight.isEmpty { return }
    if applied == last { return settle() }
    if hasEnded || isUnknown { isUnknown = true } else { refuse() }
  }

  private mutating func settle() {
    settled.apply(inFlight)
    history += inFlight
    leastMoment = leastMomentWithFlight
    for entry in inFlight { doors.note(entry) }
    inFlight = []
    isUnknown = false
  }

  /// What was in flight is not there, and never will be.
  private mutating func refuse() {
    let held = Set(doors.values(ofTokensIn: inFlight))
    doors.close(inFlight.flatMap(\.digests).filter { !held.contains($0) })
    inFlight = []
    isUnknown = false
    hoped = Reference(eventsKept: eventsKept, history)
  }

  mutating func count(_ id: TokenID) { uses.count(id) }
  /// A snapshot that is begun will hold all uses up to now.
  mutating func snapshotBegins(covering revision: Revision) { uses.begin(covering: revision) }
  /// It is durable.
  ///
  /// - Parameter isAlone: whether the one before could not be read, and was set aside.
  mutating func snapshotCounts(isAlone: Bool = false) { uses.makeDurable(isAlone: isAlone) }
  /// A start passed it over and set it aside.
  mutating func snapshotIsSetAside() { uses.setAside() }

  /// What an engine says of a value while changes are in flight that make or change it: none of
  /// them shows before it is durable.
  func checkInFlight(
    _ verdict: Verdict, of value: Digest, applied: Revision, at now: Timestamp
  ) throws(Finding) {
    guard applied == revision else {
      throw Finding(
        "revision \(applied.rawValue) is visible before it is durable, where "
          + "\(revision.rawValue) is settled")
    }
    try check(verdict, of: value, applied: applied, at: now)
  }

  /// What an engine says of a value that has the settled changes and no others.
  func check(
    _ verdict: Verdict, of value: Digest, applied: Revision, at now: Timestamp
  ) throws(Finding) {
    guard applied == revision else { return }
    let expected = settled.view.verdict(value, now)
    if verdict != expected {
      throw Finding(
        "\(value) is \(verdict.name) where it should be \(expected.name), at revision "
          + "\(applied.rawValue)")
    }
  }

  // MARK: What is found

  /// The state after a start: what is settled, and either all of what was in flight or nothing of
  /// it.
  func check(_ found: Listing, usesAreOlder: Bool = false) throws(Finding) {
    let isHopeTrue = !inFlight.isEmpty && found.revision == inFlight.last?.revision
    let expected = isHopeTrue ? hoped : settled
    if let difference = found.difference(from: expected.listing) {
      throw Finding("after a start there is \(difference)")
    }
    if found.lastMoment < (isHopeTrue ? leastMomentWithFlight : leastMoment) {
      throw Finding("after a start there is a highest time before that of the last change")
    }
    try uses.check(found.usage, isOlder: usesAreOlder)
  }

  /// The same, and it is served from here on.
  mutating func adopt(_ found: Listing, from snapshot: Revision?) throws(Finding) {
    try check(found)
    if found.revision == revision { if !inFlight.isEmpty { refuse() } } else { settle() }
    acceptedMoment = nil
    uses.adopt(found.usage, from: snapshot)
  }

  /// Another engine that has all settled changes.
  func settledEngine() -> Engine { Reference(eventsKept: eventsKept, history).engine }

  /// The clock is right, whatever was seen.
  mutating func accepted(_ now: Timestamp) {
    leastMoment = min(leastMoment, now)
    acceptedMoment = now
  }

  private var leastMomentWithFlight: Timestamp {
    guard let last = inFlight.last?.at else { return leastMoment }
    return min(last, acceptedMoment ?? last)
  }

  /// Many checks of the same state follow.
  mutating func prepare() {
    settled.prepare()
    if !inFlight.isEmpty { hoped.prepare() }
  }

  /// A positive answer to a command.
  mutating func acknowledged(_ revision: Revision) throws(Finding) {
    guard revision <= self.revision else {
      throw Finding(
        "revision \(revision.rawValue) was acknowledged where \(self.revision.rawValue) is settled")
    }
  }

  /// A token of which an answer said that it is revoked.
  mutating func acknowledgedRevoked(_ id: TokenID) throws(Finding) {
    if let record = settled.engine.token(id), record.revocation == nil {
      throw Finding("\(id) was acknowledged as revoked, and no change revokes it")
    }
    doors.close(id)
  }

  /// A token of which an answer said that it answers to a value.
  func acknowledgedOpened(_ id: TokenID, _ digest: Digest) throws(Finding) {
    guard settled.engine.token(id)?.credentials.current == digest else {
      throw Finding("\(id) was acknowledged with a value that it does not have")
    }
  }

  /// A value whose making was refused.
  mutating func refused(_ digest: Digest) { doors.close([digest]) }
}

extension Doors {
  fileprivate func values(ofTokensIn entries: [JournalEntry]) -> [Digest] {
    entries.flatMap { entry -> [Digest] in
      switch entry.mutation {
      case .putToken(let record, _): values(of: record.id)
      default: []
      }
    }
  }
}
