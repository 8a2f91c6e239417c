import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct EventLogTests {
  private let actor = Actor.certificate("ci")

  private func event(_ revision: UInt64, tokens: Int = 1, at seconds: Int64 = 0) -> Event {
    Event(
      revision: Revision(rawValue: revision), at: Timestamp(microseconds: seconds * 1_000_000),
      actor: actor, kind: .tokenRevoked,
      subject: .tokens((0..<tokens).map { TokenID(high: revision, low: UInt64($0)) }),
      changes: [FieldChange("reason", after: "r\(revision)"), FieldChange("x", before: "ü")])
  }

  private func events(_ log: EventLog, _ actors: ActorNames) -> [Event] {
    (0..<log.count).map { log.event(log[$0], actors) }
  }

  @Test func `events come back as they were`() {
    var (log, actors) = (EventLog(), ActorNames())
    let added = [
      event(1), event(2, tokens: 3),
      Event(
        revision: Revision(rawValue: 5), at: Timestamp(microseconds: 1), actor: .offline("init"),
        kind: .entryRemoved, subject: .entry(.scopeSet("IDE Plugins"))),
      Event(
        revision: Revision(rawValue: 6), at: Timestamp(microseconds: 1),
        actor: .user("ada", through: TokenID(high: 1, low: 2)), kind: .passwordChanged,
        subject: .user("bob"), changes: [FieldChange("password")]),
    ]
    for event in added { log.add(event, &actors) }
    #expect(events(log, actors) == added)
    #expect(log.weight == 6)
  }

  @Test func `an event that is there is not added again`() {
    var (log, actors) = (EventLog(), ActorNames())
    for revision in [3, 4, 4, 3, 5] as [UInt64] { log.add(event(revision), &actors) }
    #expect(events(log, actors) == [event(3), event(4), event(5)])
  }

  @Test func `the oldest go when there are too many, each token counted`() {
    var (log, actors) = (EventLog(), ActorNames())
    log.keep(count: 10, for: .seconds(1_000), &actors)
    for revision in 1...8 as ClosedRange<UInt64> { log.add(event(revision), &actors) }
    log.add(event(9, tokens: 5), &actors)
    #expect(log.weight == 10)
    #expect(events(log, actors).first == event(4))
    log.add(event(10, tokens: 50), &actors)
    #expect(events(log, actors) == [event(10, tokens: 50)], "one stays, whatever it weighs")
    log.add(event(11), &actors)
    #expect(events(log, actors) == [event(11)])
  }

  @Test func `the oldest go when they are too old`() {
    var (log, actors) = (EventLog(), ActorNames())
    log.keep(count: 1_000, for: .seconds(100), &actors)
    for revision in 1...5 as ClosedRange<UInt64> {
      log.add(event(revision, at: Int64(revision) * 40), &actors)
    }
    #expect(events(log, actors).count == 5, "until somebody says what time it is")
    let now = Timestamp(microseconds: 200_000_000)
    let mayBeMore = log.dropOld(at: now, limit: 1, &actors)
    #expect(mayBeMore && events(log, actors).map(\.revision.rawValue) == [2, 3, 4, 5])
    let isMore = log.dropOld(at: now, limit: 10, &actors)
    #expect(!isMore && events(log, actors).map(\.revision.rawValue) == [3, 4, 5])
    _ = log.dropOld(at: .latest, limit: 10, &actors)
    #expect(events(log, actors).map(\.revision.rawValue) == [5])
  }

  @Test func `actors are forgotten with the last event that names them`() {
    var (log, actors) = (EventLog(), ActorNames())
    log.keep(count: 10, for: .seconds(1_000), &actors)
    for revision in 1...1_000 as ClosedRange<UInt64> {
      var event = event(revision)
      event.actor = .token(TokenID(high: 0, low: revision / 2))
      log.add(event, &actors)
      #expect(actors.count <= 6)
      #expect(events(log, actors).last == event)
    }
  }

  @Test func `many events against a plain list`() {
    var generator = SeededGenerator()
    var (log, actors) = (EventLog(), ActorNames())
    log.keep(count: 1_500, for: .seconds(1_000_000), &actors)
    var plain: [Event] = []
    for revision in 1...6_000 as ClosedRange<UInt64> {
      let tokens = generator.chance(5) ? Int.random(in: 2...40, using: &generator) : 1
      let added = event(revision, tokens: tokens)
      log.add(added, &actors)
      plain.append(added)
      guard revision % 500 == 0 else { continue }
      var weight = 0
      var first = plain.count
      while first > 0 {
        guard case .tokens(let ids) = plain[first - 1].subject else { break }
        if weight + ids.count > 1_500 { break }
        weight += ids.count
        first -= 1
      }
      #expect(events(log, actors) == Array(plain[first...]))
      #expect(log.weight == weight)
      let middle = UInt64.random(in: 0...revision, using: &generator)
      let places = log.places { $0.revision.rawValue <= middle }
      #expect(places == plain[first...].count { $0.revision.rawValue <= middle })
    }
  }
}

@Suite struct EventTests {
  private func page(
    _ authority: borrowing Authority, for caller: Caller? = nil, examining: Int = 1_000,
    _ change: (inout EventFilter) -> Void = { _ in }
  ) -> [Event] {
    guard let rights = authority.rights(caller ?? authority.root) else { return [] }
    var filter = EventFilter()
    change(&filter)
    return authority.engine.events(
      before: nil, examining: examining, limit: 1_000, filter: filter, for: rights,
      now: authority.now
    ).elements
  }

  @Test func `every change is one event, the newest first`() {
    var authority = Authority()
    let record = authority.issue(.client)
    _ = authority.update(record.id) { $0.name = "other" }
    _ = authority.regenerate(record.id)
    _ = authority.revoke([record.id])
    authority.now = authority.now + .seconds(1)
    _ = authority.run(.purge(PurgeCommand(endedBefore: authority.now)))
    let seen = page(authority)
    #expect(
      seen.map(\.kind) == [
        .tokenPurged, .tokenRevoked, .tokenRegenerated, .tokenUpdated, .tokenIssued, .tokenIssued,
      ])
    #expect(seen.map(\.revision.rawValue) == [6, 5, 4, 3, 2, 1])
    #expect(seen[0].at == authority.now)
    #expect(seen.dropLast().allSatisfy { $0.actor == authority.root.actor })
    #expect(seen.dropLast().allSatisfy { $0.subject == .tokens([record.id]) })
  }

  @Test func `slices and filters together show what one page does`() {
    var generator = SeededGenerator()
    var authority = Authority()
    var ids: [TokenID] = []
    for _ in 0..<60 {
      authority.now = authority.now + .seconds(1)
      if ids.isEmpty || generator.chance(60) {
        ids.append(authority.issue(generator.chance(50) ? .client : .frontend).id)
      } else {
        _ = authority.revoke(Array(ids.shuffled(using: &generator).prefix(3)))
      }
    }
    guard let rights = authority.rights(authority.root) else { return }
    var filter = EventFilter()
    filter.kinds = [.tokenRevoked]
    filter.token = ids.first
    filter.since = Timestamp(microseconds: 1_800_000_005_000_000)
    filter.before = Timestamp(microseconds: 1_800_000_050_000_000)
    let whole = page(authority).filter { event in
      guard event.kind == .tokenRevoked, case .tokens(let tokens) = event.subject else {
        return false
      }
      return tokens.contains(ids[0]) && event.at >= filter.since! && event.at < filter.before!
    }
    var found: [Event] = []
    var cursor: Revision?
    while true {
      let examining = Int.random(in: 1...7, using: &generator)
      let slice = authority.engine.events(
        before: cursor, examining: examining, limit: 2, filter: filter, for: rights,
        now: authority.now)
      found += slice.elements
      cursor = slice.last
      if slice.isAtEnd { break }
    }
    #expect(found == whole)
  }

  @Test func `a limited reader sees what was done to tokens within its limits, and no other names`()
  {
    var authority = Authority()
    let mine = authority.issue(.client)
    let both = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }
    let other = authority.issue(.client) { $0.projects = .one(.beta) }
    let personal = authority.issue(.personal)
    _ = authority.revoke([mine, both, other, personal].map(\.id))
    let caller = authority.service([PermissionGrant(.eventsRead, projects: [.alpha])])
    let seen = page(authority, for: caller)
    #expect(
      seen.map(\.subject) == [
        .tokens([mine.id, both.id]), .tokens([both.id]), .tokens([mine.id]),
      ])
    #expect(seen[0].changes == [FieldChange("reason", after: "test")])
    #expect(seen[1].changes.contains(FieldChange("projects")))
    #expect(!seen[1].changes.contains { $0.after.contains("beta") })
    let probed = page(authority, for: caller) { $0.token = other.id }
    #expect(probed.isEmpty, "the filter does not tell what the event hides")
    let none = page(authority, for: authority.service([PermissionGrant(.tokensRead)]))
    #expect(none.isEmpty)
  }

  @Test func `a user sees what they did, and what was done to their own tokens`() {
    var authority = Authority()
    authority.apply(
      .putUser(UserRecord(.bob, createdAt: authority.now, createdBy: authority.root.actor)))
    let own = authority.issue(.personal)
    let lost = authority.issue(.personal)
    let bobs = authority.issue(.personal) { $0.owner = .bob }
    _ = authority.issue(.client)
    _ = authority.revoke([lost.id, bobs.id])
    let caller = authority.authenticate(own)
    _ = authority.revoke([own.id], by: caller)
    let seen = page(authority, for: authority.authenticate(authority.issue(.personal)))
    #expect(
      seen.dropFirst().map(\.subject) == [
        .tokens([own.id]), .tokens([lost.id]), .tokens([lost.id]), .tokens([own.id]),
      ])
    #expect(seen[1].actor == .user(.ada, through: own.id))
    let mine = page(authority) { $0.user = .ada }
    #expect(mine.map(\.revision) == [seen[1].revision])
  }

  @Test func `events of entries and users are found by them`() {
    var authority = Authority()
    let project = RegistryEntry.project(.init("delta"))
    authority.apply(
      .putEntry(project),
      .putUser(UserRecord(.bob, createdAt: authority.now, createdBy: authority.root.actor)))
    let byEntry = page(authority) { $0.entry = project.key }
    let byUser = page(authority) { $0.subjectUser = .bob }
    let byKind = page(authority) { $0.kinds = [] }
    #expect(byEntry.map(\.subject) == [.entry(project.key)])
    #expect(byUser.map(\.subject) == [.user(.bob)])
    #expect(byKind.isEmpty)
  }

  @Test func `a snapshot and a replay bring every event back once`() {
    var authority = Authority()
    var entries: [JournalEntry] = []
    func step(_ command: Command) {
      var batch = authority.engine.makeBatch(now: authority.now)
      _ = authority.engine.decide(command, by: authority.root, in: &batch)
      authority.engine.apply(batch.entries)
      entries += batch.entries
    }
    for _ in 0..<5 { step(.issue(authority.makeIssue(.client))) }
    let covered = authority.engine.revision
    // Changes go on while the snapshot is taken.
    let tokens = authority.engine.records(after: nil, limit: .max)
    for _ in 0..<3 { step(.issue(authority.makeIssue(.client))) }
    var events: [Event] = []
    while true {
      let some = authority.engine.events(after: events.last?.revision, limit: 3)
      if some.isEmpty { break }
      events += some
    }
    for _ in 0..<4 { step(.issue(authority.makeIssue(.client))) }
    let restored = Engine(hashKey: (3, 4), registry: .sample)
    for token in tokens { restored.restore(token.record, usage: token.usage) }
    for event in events { restored.restore(event) }
    restored.startReplay(after: covered, highestTime: authority.now)
    restored.apply(entries.filter { $0.revision > covered })
    let expected = authority.engine.events(after: nil, limit: .max)
    let actual = restored.events(after: nil, limit: .max)
    #expect(expected.count == 13)
    #expect(actual == expected)
  }

  @Test func `what is too old is not shown, though nothing has happened since`() {
    var authority = Authority()
    authority.engine.keepEvents(count: 1_000, for: .seconds(100))
    _ = authority.issue(.client)
    authority.now = authority.now + .seconds(60)
    let last = authority.issue(.client)
    authority.now = authority.now + .seconds(99)
    let seen = page(authority)
    #expect(seen.map(\.subject) == [.tokens([last.id])])
    authority.now = authority.now + .seconds(1)
    #expect(page(authority).isEmpty)
  }

  @Test func `tokens that end with what was removed are found by their events`() {
    for (command, reason) in [
      (Command.removeUser(.ada), "the user was removed"),
      (.removeEntry(.project(.alpha)), "the project was removed"),
      (.removeEntry(.environment(.development)), "the environment was removed"),
    ] {
      var authority = Authority()
      let ended = [authority.issue(.personal), authority.issue(.client), authority.issue(.client)]
        .filter { ($0.kind == .personal) == (reason == "the user was removed") }
      _ = authority.run(command)
      for token in ended {
        #expect(authority.held(token)?.revocation?.reason == reason)
        let told = page(authority) { $0.token = token.id }
        #expect(told.map(\.kind) == [.tokenRevoked, .tokenIssued])
        #expect(told.first?.subject == .tokens(ended.map(\.id)))
        #expect(told.first?.changes == [FieldChange("reason", after: reason)])
      }
      let whole = page(authority)
      #expect(whole.first?.changes == [FieldChange("revoked_tokens", after: "\(ended.count)")])
      authority.engine.checkInvariants()
    }
  }

  @Test func `no event of a removal names more tokens than one Revoke ends`() {
    let authority = Authority()
    var batch = authority.engine.makeBatch(now: authority.now)
    let ids = (0...Limits.tokensPerRevoke).map { TokenID(high: 1, low: UInt64($0)) }
    batch.remove(.project(.alpha), .sample, revoking: ids)
    #expect(batch.entries.map(\.kind) == [.tokenRevoked, .entryRemoved])
    #expect(Event(batch.entries[0]).subject == .tokens(ids.dropLast()))
    #expect(batch.entries[1].changes == [FieldChange("revoked_tokens", after: "40001")])
  }

  @Test func `what the configuration does not keep is dropped`() {
    var authority = Authority()
    for _ in 0..<5 { _ = authority.issue(.client) }
    authority.engine.keepEvents(count: 3, for: .seconds(1_000))
    let some = page(authority)
    #expect(some.map(\.revision.rawValue) == [6, 5, 4])
    authority.now = authority.now + .seconds(2_000)
    _ = authority.issue(.client)
    // What is too old is not shown, and is dropped only by a time that can be believed.
    #expect(page(authority).map(\.revision.rawValue) == [7])
    func kept() -> [UInt64] {
      authority.engine.events(after: nil, limit: 10).map(\.revision.rawValue)
    }
    #expect(kept() == [5, 6, 7])
    authority.engine.dropOldEvents(at: authority.now)
    #expect(kept() == [7])
  }
}
