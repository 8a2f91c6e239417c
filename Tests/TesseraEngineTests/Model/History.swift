import TesseraModel

@testable import TesseraEngine

/// An engine and the model, to which the same things happen.
struct History: ~Copyable {
  var engine: Engine
  var reader: EngineReader
  var model = PlainAuthority()
  var generator: HistoryGenerator
  /// The first is a certificate that may do everything, so that the world goes on.
  var callers: [Pair] = []
  var now = Timestamp(microseconds: 1_800_000_000_000_000)
  /// What the engine held at some moment, and every change since.
  var base: HeldState
  var journal: [JournalEntry] = []
  var lastCompared = Revision.zero
  private(set) var steps = 0
  private var uses = PendingUses()
  var reach = Reach()
  private var recent: [Operation] = []

  struct Pair {
    var plain: PlainCaller
    var real: Caller
  }

  /// What happened; in words only where somebody wants to read it.
  enum Operation {
    case decided(Command, by: PlainCaller, at: Timestamp, Answer)
    case batch(isApplied: Bool)
    case validated(Digest, PlainQuestion, by: PlainCaller, at: Timestamp, Verdict)
    case read(by: PlainCaller, at: Timestamp)
    case connected(PlainCaller, at: Timestamp, succeeds: Bool)
    case keyed([Digest])
    case remade(isReplay: Bool)
  }

  init(_ random: SeededGenerator) {
    generator = HistoryGenerator(random)
    engine = Engine(hashKey: (1, 2))
    engine.keepEvents(count: PlainAuthority.eventsKept, for: PlainAuthority.eventsLast)
    reader = engine.makeReader()
    base = HeldState(engine)
    let root = CertificateAccess(permissions: nil, in: engine)
    callers = [
      Pair(plain: .certificate("root", nil), real: .certificate(name: "root", access: root))
    ]
  }

  mutating func note(_ operation: Operation) {
    steps += 1
    reach.count(operation)
    recent.append(operation)
    if recent.count > 20 { recent.removeFirst() }
  }

  /// Where engine and model differ.
  func mismatch(_ what: String) -> Mismatch {
    let last = recent.map { "  \($0)" }.joined(separator: "\n")
    var text = "step \(steps): \(what)\nthe last operations:\n\(last)"
    for module in ["TesseraModel.", "TesseraEngine.", "TesseraEngineTests."] {
      text = text.split(separator: module, omittingEmptySubsequences: false).joined()
    }
    return Mismatch(description: text)
  }

  // MARK: Operations

  /// One to twenty commands decided together, then applied; or dropped, as when the disk failed.
  mutating func change() throws(Mismatch) {
    now = now + generator.step()
    var batch = engine.makeBatch(now: now)
    engine.forgetOldKeys(at: batch.now)
    let count = generator.chance(20) ? generator.number(2...20) : generator.number(1...2)
    let isApplied = !generator.chance(8)
    let before = isApplied ? nil : model
    model.told = []
    for _ in 0..<count where !batch.isClosed {
      let pair = caller(root: 40)
      let user = model.powers(of: pair.plain, at: batch.now)?.user
      generator.held = user.flatMap { model.users[$0] }.map { model.grants(of: $0) } ?? []
      let command = generator.command(in: model, by: pair.plain, at: batch.now)
      // A search sees what is applied, so that the model needs to know no more.
      if command.hasFilter, !batch.entries.isEmpty { break }
      forgetCallers(of: command.digests)
      let searched = engine.searched(command, by: pair.real, now: batch.now)
      let answer = Answer(engine.decide(searched, by: pair.real, in: &batch))
      note(.decided(command, by: pair.plain, at: batch.now, answer))
      let last = model.lastID
      let expected = model.decide(command, by: pair.plain, at: batch.now, made: answer.made)
      guard answer.made.allSatisfy({ $0 > last }) else { throw mismatch("ids do not go up") }
      guard answer.fits(expected) else {
        throw mismatch("the engine answers\n\(answer)\nand the model\n\(expected)")
      }
    }
    try compareEvents(batch.entries)
    note(.batch(isApplied: isApplied))
    if let before {
      model = before
    } else {
      engine.apply(batch.entries)
      if !batch.entries.isEmpty { engine.dropOldEvents(at: batch.now) }
      reach.count(model.told)
      journal += batch.entries
    }
  }

  /// One event for each change, and no other; of an update the fields that changed.
  private func compareEvents(_ entries: [JournalEntry]) throws(Mismatch) {
    let events = entries.map { Event($0).withoutWords }
    guard events == model.told else {
      throw mismatch("the engine tells\n\(events)\nand the model\n\(model.told)")
    }
  }

  mutating func validate() throws(Mismatch) {
    let digest = generator.digest(in: model)
    let question = generator.question(digest, in: model)
    let pair = caller(root: 80)
    // The moment is never before that of a change.
    let now = max(now, engine.lastMoment)
    let powers = model.powers(of: pair.plain, at: now)
    reader.enter()
    let rights = reader.validationRights(of: pair.real, now: now)
    let answer = reader.validate(digest, reader.question(question), for: rights, now: now)
    reader.note(answer, at: now, in: &uses)
    reader.recordUses(&uses)
    let details = reader.details(answer, for: rights)
    reader.leave()
    let verdict = model.validate(digest, question, for: powers ?? Powers(), at: now)
    if verdict == .allowed { model.use(digest, at: now) }
    note(.validated(digest, question, by: pair.plain, at: now, verdict))
    guard answer.verdict == verdict, (rights.extent == .ended) == (powers == nil) else {
      let token = model.token(holding: digest)
      throw mismatch(
        "the engine's verdict is \(answer.verdict), and the model's \(verdict)\nfor"
          + "\n\(powers as Any)\nof\n\(token as Any)")
    }
    guard verdict == .allowed, let token = model.token(holding: digest) else { return }
    let expected = model.details(of: digest, token, for: powers ?? Powers())
    guard answer.id == token.id, answer.kind == token.kind, details == expected else {
      throw mismatch("ALLOWED with\n\(details as Any)\nand by the model with\n\(expected)")
    }
  }
}

extension Command {
  /// Whether it revokes what a search finds.
  fileprivate var hasFilter: Bool {
    if case .revoke(let command) = self, case .found = command.target { true } else { false }
  }
}

struct Mismatch: Error, CustomStringConvertible {
  var description: String
}
