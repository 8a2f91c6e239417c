import TesseraModel
import Testing

@testable import TesseraEngine

/// What every kind of caller sees: `+` all of it, `~` a part, `?` nothing.
@Suite struct VisibilityTests {
  private func check(_ rows: [(marks: String, what: String, sees: (Sight) -> Character)]) {
    var marks = rows.map { _ in "" }
    for kind in CallerKind.allCases {
      var authority = Authority()
      let stage = authority.makeStage(kind)
      guard let rights = authority.rights(stage.caller) else {
        Issue.record("\(kind) has no rights")
        return
      }
      let sight = Sight(engine: authority.engine, rights: rights, stage: stage, now: authority.now)
      for index in rows.indices { marks[index].append(rows[index].sees(sight)) }
    }
    for (row, marks) in zip(rows, marks) {
      #expect(marks == row.marks, "\(row.what), to each of \(CallerKind.columns)")
    }
  }

  private struct Sight {
    let engine: Engine
    let rights: CallerRights
    let stage: Stage
    let now: Timestamp

    /// The same by Get and by List.
    func token(_ record: TokenRecord) -> Character {
      let seen = engine.token(record.id, for: rights)?.record
      let listed = engine.list(
        after: nil, examining: 1_000, limit: 1_000, TokenFilter(), for: rights, now: now
      ).records.first { $0.id == record.id }
      #expect(seen == listed)
      guard let seen else { return "?" }
      return seen == record ? "+" : "~"
    }

    func user(_ id: UserID) -> Character {
      let listed = engine.users(
        after: nil, examining: 1_000, limit: 1_000, UserFilter(), for: rights
      ).elements.first { $0.record.id == id }
      #expect(engine.user(id, for: rights) == listed)
      return listed == nil ? "?" : "+"
    }

    func entry(_ key: RegistryKey) -> Character {
      let listed = engine.entries(
        key.type, after: nil, examining: 1_000, limit: 1_000, text: "", for: rights
      ).elements.first { $0.key == key }
      #expect(engine.entry(key, for: rights) == listed)
      return listed == nil ? "?" : "+"
    }
  }

  @Test func `who sees which tokens`() {
    check([
      // ASLPNEUTCKM
      ("+++++++++?+", "alpha's", { $0.token($0.stage.clientOfAlpha) }),
      ("++???+??+??", "beta's", { $0.token($0.stage.clientOfBeta) }),
      ("++~~~+~~+?~", "both's", { $0.token($0.stage.clientOfBoth) }),
      ("+++++++++?+", "all projects'", { $0.token($0.stage.clientOfAll) }),
      ("++?+?++++??", "bob's", { $0.token($0.stage.bobs) }),
      ("++???+??+??", "ada's", { $0.token($0.stage.adas) }),
      ("++???+??+??", "an administrator's", { $0.token($0.stage.eves) }),
      ("++???+??+??", "a SERVICE token", { $0.token($0.stage.service) }),
    ])
  }

  @Test func `who sees which users`() {
    check([
      // ASLPNEUTCKM
      ("+++++++++?+", "bob", { $0.user(.bob) }),
      ("++???+??+?+", "carol", { $0.user(.carol) }),
      ("++???+??+?+", "an administrator", { $0.user(.eve) }),
      ("???????????", "nobody", { $0.user("nobody") }),
    ])
  }

  @Test func `who sees which entries`() {
    check([
      // ASLPNEUTCKM
      ("+++++++++?+", "alpha", { $0.entry(.project(.alpha)) }),
      ("++???+??+?+", "beta", { $0.entry(.project(.beta)) }),
      ("???????????", "nowhere", { $0.entry(.project(.nowhere)) }),
      ("+++++++++?+", "an environment", { $0.entry(.environment(.production)) }),
      ("+++++++++?+", "a method", { $0.entry(.method(.read)) }),
      ("+++++++++?+", "a set", { $0.entry(.scopeSet("Readers")) }),
      ("++???+??+?+", "a role", { $0.entry(.role(.betas)) }),
    ])
  }

  @Test func `hidden tokens are seen by nobody who is a member alone`() {
    var authority = Authority()
    let stage = authority.makeStage(.admin)
    authority.put(
      .bob,
      [Grant(.project(.alpha), createsTokens: true, hidesTokens: true), Grant(.project(.beta))]
    ) { $0.password = .sample(1) }
    guard let rights = authority.rights(authority.signedIn(.bob)) else { return }
    let shown = { (token: TokenRecord) in authority.engine.token(token.id, for: rights)?.record }
    #expect(shown(stage.clientOfAlpha) == nil)
    #expect(shown(stage.clientOfBeta) == stage.clientOfBeta)
    #expect(shown(stage.clientOfBoth)?.projects == .list([.beta]))
    #expect(shown(stage.clientOfAll) == stage.clientOfAll)
  }

  @Test func `through a narrow token nothing wider is seen, and nothing is revoked`() {
    var authority = Authority()
    let stage = authority.makeStage(.narrowPersonal)
    let frontend = authority.issue(.frontend)
    let narrow = authority.issue(.personal) {
      $0.owner = .bob
      $0.scopes = .methods(.read)
    }
    guard let rights = authority.rights(stage.caller), let own = rights.tokenID else { return }
    for hidden in [frontend, stage.bobs] {
      #expect(authority.engine.token(hidden.id, for: rights) == nil)
      #expect(authority.revoke([hidden.id], by: stage.caller).revocations == [.notFound])
    }
    _ = authority.update(narrow.id, by: stage.caller) { $0.name = "through it" }
    _ = authority.update(stage.bobs.id, by: authority.signedIn(.bob)) { $0.name = "not" }
    let events = authority.engine.events(
      before: nil, examining: 1_000, limit: 1_000, filter: EventFilter(), for: rights,
      now: authority.now
    ).elements
    let seen = Set(events.map(\.subject))
    #expect(seen == [.tokens([own]), .tokens([narrow.id])])
    #expect(
      authority.revoke([narrow.id, own], by: stage.caller).revocations == [.revoked, .revoked])
  }

  @Test func `users are found by text, role and project`() {
    var authority = Authority()
    let stage = authority.makeStage(.admin)
    let engine = authority.engine
    guard let rights = authority.rights(stage.caller) else { return }
    func found(_ change: (inout UserFilter) -> Void) -> [UserID] {
      var filter = UserFilter()
      change(&filter)
      return engine.users(after: nil, examining: 100, limit: 100, filter, for: rights)
        .elements.map(\.record.id)
    }
    #expect(found { _ in } == [.ada, .bob, .carol, .eve, .max])
    #expect(found { $0.text = "A" } == [.ada, .carol, .max])
    #expect(found { $0.role = .betas } == [.carol])
    #expect(found { $0.project = .beta } == [.ada, .carol])
    #expect(found { $0.project = .nowhere } == [.ada])
  }
}
