import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct EntryCommandTests {
  private func create(_ entry: RegistryEntry) -> Refusal? {
    var authority = Authority()
    return authority.run(.createEntry(entry)).refusal
  }

  private func role(_ grants: Grant...) -> RegistryEntry { .role(.init("New", grants: grants)) }

  @Test func `what is wrong with an entry is told by its field`() {
    let long = String(repeating: "a", count: 1_001)
    let unknown = ScopeSelection.methods("no.such")
    let rows: [(entry: RegistryEntry, field: String)] = [
      (.project(.init("user")), "entry.key"),
      (.project(.init("service")), "entry.key"),
      (.project(.init("new", description: long)), "entry.description"),
      (.method(.init("new", link: "https://" + long)), "entry.link"),
      (.method(.init("new", link: "javascript:alert(1)")), "entry.link"),
      (.method(.init("new", link: "https://a b")), "entry.link"),
      (.scopeSet(.init("New", methods: ["no.such"])), "entry.methods"),
      (role(Grant(.allProjects), Grant(.project(.nowhere))), "entry.grants[1].project"),
      (role(Grant(.allProjects, scopes: unknown)), "entry.grants[0].scopes.methods"),
      (
        role(Grant(.allProjects, scopes: .some(sets: ["No such"], methods: []))),
        "entry.grants[0].scopes.sets"
      ),
      (role(Grant(.allProjects, scopes: .kindDefault)), "entry.grants[0].scopes"),
      (role(Grant(.allProjects, scopes: .methods())), "entry.grants[0].scopes"),
      (role(Grant(.global, createsTokens: true)), "entry.grants[0].create_project_api_token"),
      (role(Grant(.global, hidesTokens: true)), "entry.grants[0].no_read_project_api_token"),
      (role(Grant(.allProjects, permissions: [.usersRead])), "entry.grants[0].permissions"),
      (role(Grant(.global, permissions: [.tokensIssue])), "entry.grants[0].permissions"),
      (
        .role(.init("New", grants: Array(repeating: Grant(.allProjects), count: 1_001))),
        "entry.grants"
      ),
    ]
    for row in rows {
      let refusal = create(row.entry)
      #expect(refusal?.code == .invalidArgument && refusal?.field == row.field, "\(row)")
    }
    #expect(create(.project(.init(.alpha)))?.code == .alreadyExists)
    #expect(create(.environment(.init(.production)))?.field == "entry.key")
  }

  /// Whoever names a set opens what it holds, in every project where they do.
  @Test func `a user adds to a set only what they hold everywhere`() {
    var authority = Authority()
    let manager = authority.makeStage(.manager).caller
    for name: ScopeSetName in [.client, .frontend] {
      guard case .scopeSet(let set)? = authority.engine.entry(.scopeSet(name)) else {
        Issue.record("no set \(name)")
        return
      }
      var wider = set
      wider.methods = Array(Set(set.methods + [.write])).sorted()
      let refusal = authority.run(.updateEntry(.scopeSet(wider), ifVersion: nil), by: manager)
        .refusal
      #expect(refusal?.code == .permissionDenied && refusal?.field == "entry.methods")
      var narrower = set
      narrower.methods = []
      let outcome = authority.run(.updateEntry(.scopeSet(narrower), ifVersion: nil), by: manager)
      #expect(outcome.refusal == nil)
    }
    let new = RegistryEntry.scopeSet(.init("Everything", methods: [.write]))
    #expect(authority.run(.createEntry(new), by: manager).refusal?.code == .permissionDenied)
    #expect(authority.run(.createEntry(new)).refusal == nil)
  }

  @Test func `an entry is created, changed at its version, and removed`() {
    var authority = Authority()
    let set = RegistryEntry.ScopeSet("New", methods: [.write, .read, .write], version: 7)
    guard case .entry(.scopeSet(let made)) = authority.run(.createEntry(.scopeSet(set))) else {
      Issue.record("not created")
      return
    }
    #expect(made.version == 1 && made.methods == [.read, .write])
    var changed = made
    changed.methods = [.send]
    let late = authority.run(.updateEntry(.scopeSet(changed), ifVersion: 3))
    #expect(late.refusal?.code == .aborted && late.refusal?.field == "if_version")
    guard case .entry(let now) = authority.run(.updateEntry(.scopeSet(changed), ifVersion: 1))
    else {
      Issue.record("not changed")
      return
    }
    #expect(now.version == 2 && authority.engine.entry(now.key) == now)
    let revision = authority.engine.revision
    // A repetition is answered as the first was, whatever version it asks for.
    guard case .entry(now) = authority.run(.updateEntry(.scopeSet(changed), ifVersion: 1)) else {
      Issue.record("not as it is")
      return
    }
    #expect(authority.engine.revision == revision)
    guard case .removed(revokedTokens: 0) = authority.run(.removeEntry(now.key)) else {
      Issue.record("not removed")
      return
    }
    let again = authority.run(.removeEntry(now.key)).refusal
    #expect(again?.code == .notFound && again?.field == "key")
    let gone = authority.run(.updateEntry(now, ifVersion: nil)).refusal
    #expect(gone?.code == .notFound && gone?.field == "entry.key")
    let events = authority.engine.events(after: nil, limit: 100).suffix(3)
    #expect(events.map(\.kind) == [.entryCreated, .entryUpdated, .entryRemoved])
    #expect(events.allSatisfy { $0.subject == .entry(now.key) && $0.actor == authority.root.actor })
    #expect(
      events.dropFirst().first?.changes == [
        FieldChange("methods", before: "features.read, features.write", after: "metrics.send")
      ])
  }

  @Test func `what a removal revokes is counted as it will be`() {
    for (key, expected) in [
      (RegistryKey.project(.alpha), 3), (.environment(.development), 6), (.method(.read), 0),
    ] {
      var authority = Authority()
      let gone = authority.issue(.client)
      _ = authority.revoke([gone.id])
      _ = authority.issue(.client)
      let dying = authority.issue(.client)
      _ = authority.issue(.frontend)
      _ = authority.issue(.client) { $0.projects = .list([.alpha]) }
      _ = authority.issue(.client) { $0.projects = .all }
      _ = authority.issue(.client) { $0.projects = .one(.beta) }
      _ = authority.issue(.client) {
        $0.environment = .production; $0.projects = .one(.beta)
      }
      var batch = authority.engine.makeBatch(now: authority.now)
      // Earlier in the same batch one ends and one comes.
      let issue = authority.makeIssue(.client)
      for command in [
        .revoke(RevokeCommand(.tokens([dying.id]))), .issue(issue), Command.removeEntry(key),
      ] {
        let outcome = authority.engine.decide(command, by: authority.root, in: &batch)
        if case .removed(let count) = outcome { #expect(count == expected, "\(key)") }
      }
      #expect(batch.isClosed)
      let before = authority.revokedCount
      authority.engine.apply(batch.entries)
      authority.engine.checkInvariants()
      #expect(authority.revokedCount - before == expected + 1, "\(key)")
    }
  }

  @Test func `scopes that became empty may stay in a role that is changed`() {
    var authority = Authority()
    let grant = Grant(.project(.alpha), scopes: .methods(.write))
    _ = authority.run(.createEntry(role(grant)))
    _ = authority.run(.removeEntry(.method(.write)))
    guard case .role(var role)? = authority.engine.entry(.role("New")) else { return }
    #expect(role.grants == [Grant(.project(.alpha), scopes: .methods())])
    role.description = "new"
    guard case .entry(let now) = authority.run(.updateEntry(.role(role), ifVersion: nil)) else {
      Issue.record("refused")
      return
    }
    #expect(now.version == 2)
  }

  @Test func `no more entries than there may be`() {
    var authority = Authority()
    let there = authority.engine.entries(.environment, limit: .max).count
    for index in there..<Limits.environments {
      authority.engine.restore(.environment(.init(EnvironmentID(unchecked: "e\(index)"))))
    }
    let refusal = authority.run(.createEntry(.environment(.init("more")))).refusal
    #expect(refusal?.code == .resourceExhausted && refusal?.field == "entry.key")
    let removed = authority.run(.removeEntry(.environment(EnvironmentID(unchecked: "e\(there)"))))
    #expect(removed.refusal == nil)
    #expect(authority.run(.createEntry(.environment(.init("more")))).refusal == nil)
  }

  @Test func `what narrows a user's own token ends the batch`() {
    var authority = Authority()
    let stage = authority.makeStage(.personal)
    guard let own = authority.rights(stage.caller)?.tokenID else { return }
    var batch = authority.engine.makeBatch(now: authority.now)
    var update = UpdateCommand(own)
    update.name = "still the same"
    _ = authority.engine.decide(.update(update), by: stage.caller, in: &batch)
    #expect(!batch.isClosed)
    update.scopes = .methods(.read)
    _ = authority.engine.decide(.update(update), by: stage.caller, in: &batch)
    #expect(batch.isClosed)
    authority.engine.apply(batch.entries)
    let outcome = authority.run(
      .issue(authority.makeIssue(.personal) { $0.owner = .bob }), by: stage.caller)
    #expect(outcome.refusal?.code == .permissionDenied && outcome.refusal?.field == "scopes")
  }
}

extension Authority {
  fileprivate var revokedCount: Int {
    engine.records(after: nil, limit: .max).count { $0.record.revocation != nil }
  }
}
