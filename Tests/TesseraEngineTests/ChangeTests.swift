import TesseraModel
import Testing

@testable import TesseraEngine

/// What each change tells of itself.
@Suite struct ChangeTests {
  /// The changes of the last entry that a command made.
  private func changes(
    _ command: Command, _ authority: inout Authority
  ) -> [FieldChange] {
    var batch = authority.engine.makeBatch(now: authority.now)
    _ = authority.engine.decide(command, by: authority.root, in: &batch)
    authority.engine.apply(batch.entries)
    return batch.entries.last?.changes ?? []
  }

  @Test func `an Issue tells what the token is`() {
    var authority = Authority()
    let source = authority.issue(.client) { $0.name = "ci" }
    let issue = authority.makeIssue(.client) {
      $0.projects = .list([.beta, .alpha])
      $0.scopes = .some(sets: ["Readers"], methods: [.write])
      $0.expiry = .at(Timestamp(microseconds: 1_800_086_400_000_000))
      $0.copyOf = source.id
    }
    let told = changes(.issue(issue), &authority)
    #expect(
      told == [
        FieldChange("kind", after: "CLIENT"), FieldChange("name", after: "ci"),
        FieldChange("projects", after: "[alpha, beta]"),
        FieldChange("environment", after: "development"),
        FieldChange("scopes", after: "[Readers, features.write]"),
        FieldChange("expires_at", after: "2027-01-16T08:00:00Z"),
        FieldChange("copy_of", after: source.id.description),
      ])
  }

  @Test func `an Issue tells whose a token is, and what it permits`() {
    var authority = Authority()
    let personal = changes(.issue(authority.makeIssue(.personal)), &authority)
    #expect(personal.contains(FieldChange("owner", after: "ada")))
    #expect(personal.contains(FieldChange("scopes", after: "default")))
    let grant = PermissionGrant(
      .tokensIssue, kinds: KindSet(.client), projects: [.alpha], environments: [.production])
    let service = changes(
      .issue(authority.makeIssue(.service) { $0.permissions = [grant] }), &authority)
    let text = "tokens.issue (kinds [CLIENT], projects [alpha], environments [production])"
    #expect(
      service == [
        FieldChange("kind", after: "SERVICE"), FieldChange("permissions", after: text),
        FieldChange("expires_at", after: "never"),
      ])
  }

  @Test func `an Update tells what it changes and nothing else`() {
    var authority = Authority()
    let record = authority.issue(.client) {
      $0.name = "before"
      $0.projects = .list([.alpha])
    }
    var command = UpdateCommand(record.id)
    command.name = "after"
    command.projects = [.alpha, .gamma]
    command.description = ""
    let told = changes(.update(command), &authority)
    #expect(
      told == [
        FieldChange("name", before: "before", after: "after"),
        FieldChange("projects", before: "[alpha]", after: "[alpha, gamma]"),
      ])
  }

  @Test func `a Regenerate tells its overlap and a new expiry, and nothing of the values`() {
    var authority = Authority()
    let record = authority.issue(.client)
    var command = RegenerateCommand(record.id, digest: authority.newDigest())
    let bare = changes(.regenerate(command), &authority)
    #expect(bare == [])
    command.digest = authority.newDigest()
    command.overlap = .milliseconds(90_500)
    command.expiry = .at(Timestamp(microseconds: 1_800_086_400_000_000))
    let told = changes(.regenerate(command), &authority)
    #expect(
      told == [
        FieldChange("expires_at", before: "never", after: "2027-01-16T08:00:00Z"),
        FieldChange("overlap", after: "90.500000000s"),
      ])
  }

  @Test func `a Revoke tells its reason`() {
    var authority = Authority()
    let (first, second) = (authority.issue(.client), authority.issue(.client))
    let leaked = changes(
      .revoke(RevokeCommand(.tokens([first.id]), reason: "leaked")), &authority)
    #expect(leaked == [FieldChange("reason", after: "leaked")])
    let silent = changes(.revoke(RevokeCommand(.tokens([second.id]))), &authority)
    #expect(silent == [])
  }

  @Test func `an Import tells what its tokens have in common`() {
    var authority = Authority()
    func token(_ name: String, _ environment: EnvironmentID) -> ImportedToken {
      var token = ImportedToken(
        kind: .client, digest: authority.newDigest(), isUnchecked: true, entropy: 1)
      token.name = name
      token.projects = .all
      token.environment = environment
      return token
    }
    let told = changes(
      .importTokens([token("a", .development), token("b", .development)]), &authority)
    #expect(
      told == [
        FieldChange("kind", after: "CLIENT"), FieldChange("projects", after: "*"),
        FieldChange("environment", after: "development"), FieldChange("scopes", after: "default"),
        FieldChange("expires_at", after: "never"),
      ])
  }

  @Test func `long texts are shortened between characters`() {
    let exact = String(repeating: "a", count: Limits.changeTextBytes)
    #expect(FieldChange.shortened(exact) == exact)
    let flags = String(repeating: "🇮🇸", count: 100)
    let short = FieldChange.shortened(flags)
    #expect(short.utf8.count <= Limits.changeTextBytes)
    #expect(short == String(repeating: "🇮🇸", count: 24) + "…")
    let one = FieldChange.shortened("a" + String(repeating: "\u{301}", count: 200))
    #expect(one == "…", "not even one whole character fits")
  }

  @Test func `of long texts that differ far into them the difference is told`() {
    var old = TokenRecord(
      id: TokenID(high: 1, low: 2), kind: .client, name: "",
      description: String(repeating: "x", count: 500), createdAt: .earliest,
      createdBy: .offline("init"), credentials: Credentials(current: .sample(1)))
    let before = old
    old.description += "y"
    let told = FieldChange.between(before, old)
    let common = "…" + String(repeating: "x", count: 20)
    #expect(told == [FieldChange("description", before: common, after: common + "y")])
  }

  @Test func `of long lists it is told what they gained and lost`() {
    let names = (100..<300).map { MethodName(unchecked: "method.\($0)") }
    var set = RegistryEntry.ScopeSet("Many", methods: names)
    let old = RegistryEntry.scopeSet(set)
    set.methods.remove(at: 150)
    set.methods.append("new.method")
    #expect(
      FieldChange.between(old, .scopeSet(set)) == [
        FieldChange("methods", before: "…, method.250", after: "…, new.method")
      ])
    set.methods = Array(names.dropLast())
    #expect(
      FieldChange.between(old, .scopeSet(set)) == [
        FieldChange("methods", before: "…, method.299", after: "…")
      ])
    set.methods = []
    let emptied = FieldChange.between(old, .scopeSet(set))
    #expect(emptied.map(\.after) == ["…"])
    #expect(emptied.allSatisfy { $0.before.hasPrefix("…, method.100, method.101, ") })
    #expect(emptied.allSatisfy { $0.before.utf8.count <= Limits.changeTextBytes })
  }

  @Test func `of a long grant in a long list it is told what it gained`() {
    let names = (100..<300).map { MethodName(unchecked: "method.\($0)") }
    func role(_ methods: [MethodName]) -> RegistryEntry {
      .role(
        .init(
          "Lead",
          grants: [
            Grant(.project(.alpha), scopes: .some(sets: [], methods: methods)), Grant(.global),
          ]))
    }
    let told = FieldChange.between(role(names), role(names + ["new.method"]))
    #expect(
      told == [
        FieldChange(
          "grants", before: "…thod.298, method.299])", after: "…thod.298, method.299, new.method])")
      ])
  }

  @Test func `a long list in another order is told as another`() {
    let grants = (100..<200).map { Grant(.project(ProjectID(unchecked: "project-\($0)"))) }
    var moved = grants
    moved.swapAt(90, 91)
    let told = FieldChange.between(
      RegistryEntry.role(.init("Lead", grants: grants)), .role(.init("Lead", grants: moved)))
    #expect(told.map(\.field) == ["grants"])
    #expect(told.allSatisfy { $0.before.hasPrefix("…") && $0.before != $0.after })
  }

  @Test func `entries of the registry tell their fields`() {
    let old = RegistryEntry.method(.init(.read, description: "d", link: "l"))
    let new = RegistryEntry.method(.init(.read, description: "d", link: "m", version: 2))
    #expect(FieldChange.between(old, new) == [FieldChange("link", before: "l", after: "m")])
    let set = RegistryEntry.scopeSet(.init("Readers", methods: [.read, .write]))
    #expect(
      FieldChange.between(nil, set)
        == [FieldChange("methods", after: "features.read, features.write")])
    let grants = [
      Grant(.project(.alpha), scopes: .some(sets: [], methods: [.read]), createsTokens: true),
      Grant(.allProjects, hidesTokens: true), Grant(.global, permissions: [.usersRead]),
    ]
    let role = RegistryEntry.role(.init("Lead", grants: grants))
    #expect(
      FieldChange.between(nil, role) == [
        FieldChange(
          "grants",
          after: "alpha (scopes [features.read], create_project_api_token), "
            + "* (no_read_project_api_token), global (users.read)")
      ])
  }

  @Test func `a user's password is told as a field alone`() {
    let old = UserRecord(.ada, createdAt: .earliest, createdBy: .offline("init"))
    var new = old
    new.password = PasswordHash(
      salt: [1], key: [2], logCost: 14, blockSize: 8, parallelism: 1)
    new.isAdmin = true
    #expect(
      FieldChange.between(old, new)
        == [FieldChange("admin", before: "false", after: "true"), FieldChange("password")])
    #expect(
      FieldChange.between(nil, new) == [
        FieldChange("admin", after: "true"), FieldChange("password"),
      ])
    #expect(FieldChange.between(new, new) == [])
  }
}
