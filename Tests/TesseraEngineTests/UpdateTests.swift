import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct UpdateTests {
  @Test func `what is named changes, and nothing else`() {
    var authority = Authority()
    let record = authority.issue(.client) {
      $0.name = "old"
      $0.description = "what it was for"
      $0.projects = .list([.alpha, .beta])
    }
    let end = authority.now + .seconds(3600)
    let outcome = authority.update(record.id) {
      $0.name = "new"
      $0.projects = [.gamma, .beta, .gamma]
      $0.scopes = .some(sets: [], methods: [.write])
      $0.expiry = .at(end)
    }
    var expected = record
    expected.name = "new"
    expected.projects = .list([.beta, .gamma])
    expected.scopes = .some(sets: [], methods: [.write])
    expected.expiresAt = end
    expected.version = 2
    #expect(outcome.record == expected && outcome.warnings == [])
    let held = authority.engine.token(record.id)
    #expect(held == expected)
    let value = record.credentials.current
    let verdicts = [ProjectID.alpha, .beta, .gamma].map {
      authority.verdict(value, Question(project: authority.number($0)))
    }
    #expect(verdicts == [.wrongProject, .allowed, .allowed])
    let methods = [MethodName.read, .write].map {
      authority.verdict(value, Question(method: authority.number($0)))
    }
    #expect(methods == [.missingScope, .allowed])
    authority.now = end
    let verdict = authority.verdict(value)
    #expect(verdict == .expired)
  }

  @Test func `texts are taken away by empty ones, and an expiry by never`() {
    var authority = Authority()
    let record = authority.issue(.client) {
      $0.name = "n"
      $0.description = "d"
      $0.expiry = .after(.seconds(10))
    }
    let outcome = authority.update(record.id) {
      $0.name = ""
      $0.description = ""
      $0.expiry = .never
    }
    #expect(outcome.record?.name == "" && outcome.record?.description == "")
    #expect(outcome.record?.expiresAt == nil)
    #expect(outcome.warnings?.count == 1, "it never expires now")
  }

  /// A change that is not to be made, of a token of the kind, and the field at fault.
  struct Fault: Sendable {
    let field: String
    let kind: TokenKind
    let change: @Sendable (inout UpdateCommand) -> Void

    init(
      _ field: String, _ kind: TokenKind,
      _ change: @escaping @Sendable (inout UpdateCommand) -> Void
    ) {
      self.field = field
      self.kind = kind
      self.change = change
    }
  }

  @Test(
    arguments: [
      Fault("", .client, { _ in }),
      Fault("name", .client, { $0.name = String(repeating: "n", count: 201) }),
      Fault("name", .client, { $0.name = "two\nlines" }),
      Fault("description", .client, { $0.description = String(repeating: "d", count: 1_001) }),
      Fault("projects", .client, { $0.projects = [] }),
      Fault("projects", .client, { $0.projects = [.alpha, .nowhere] }),
      Fault("projects", .client, { $0.projects = Array(repeating: .alpha, count: 101) }),
      Fault("projects", .admin, { $0.projects = [.alpha] }),
      Fault("scopes", .client, { $0.scopes = .some(sets: [], methods: []) }),
      Fault("scopes", .service, { $0.scopes = .all }),
      Fault("scopes", .admin, { $0.scopes = .all }),
      Fault(
        "scopes.sets", .client, { $0.scopes = .some(sets: [ScopeSetName("None")], methods: []) }),
      Fault(
        "scopes.methods", .client, { $0.scopes = .some(sets: [], methods: [MethodName("none")]) }),
      Fault("expires_at", .client, { $0.expiry = .at(.earliest) }),
      Fault("lifetime", .client, { $0.expiry = .after(.zero) }),
    ])
  func `a change that is none is refused, and the token stays as it is`(_ fault: Fault) {
    var authority = Authority()
    let record = authority.issue(fault.kind) {
      if fault.kind == .client { $0.projects = .list([.alpha]) }
    }
    let before = authority.engine.revision
    let refusal = authority.update(record.id, fault.change).refusal
    #expect(refusal?.code == .invalidArgument && refusal?.field == fault.field)
    let (held, after) = (authority.engine.token(record.id), authority.engine.revision)
    #expect(held == record && after == before)
  }

  @Test func `one project, and all of them, cannot be changed`() {
    var authority = Authority()
    for projects in [ProjectSelection.one(.alpha), .all] {
      let record = authority.issue(.client) { $0.projects = projects }
      let refusal = authority.update(record.id) { $0.projects = [.alpha] }.refusal
      #expect(refusal?.code == .invalidArgument && refusal?.field == "projects")
    }
  }

  @Test func `it revives nothing`() {
    var authority = Authority()
    let expired = authority.issue(.client) { $0.expiry = .after(.seconds(10)) }
    let revoked = authority.issue(.client)
    _ = authority.revoke([revoked.id])
    authority.now = authority.now + .seconds(10)
    for (id, advice) in [(expired.id, "regenerate"), (revoked.id, "issue another")] {
      let refusal = authority.update(id) { $0.expiry = .never }.refusal
      #expect(refusal?.code == .failedPrecondition)
      #expect(refusal?.message.contains(advice) == true)
    }
    let verdicts = [expired, revoked].map { authority.verdict($0.credentials.current) }
    #expect(verdicts == [.expired, .revoked])
  }

  @Test func `a change made on old knowledge is refused, unless it is made already`() {
    var authority = Authority()
    let record = authority.issue(.client)
    let first = authority.update(record.id) {
      $0.ifVersion = 1
      $0.name = "first"
    }
    #expect(first.record?.version == 2)
    let before = authority.engine.revision
    let stale = authority.update(record.id) {
      $0.ifVersion = 1
      $0.name = "second"
    }.refusal
    #expect(stale?.code == .aborted && stale?.field == "if_version")
    #expect(stale?.message.contains("version 2") == true)
    // As a client repeats it that lost the answer.
    let repeated = authority.update(record.id) {
      $0.ifVersion = 1
      $0.name = "first"
    }
    #expect(repeated.record == first.record)
    let after = authority.engine.revision
    #expect(after == before, "nothing was changed")
  }

  @Test func `changes of one batch see one another`() {
    var authority = Authority()
    let record = authority.issue(.client)
    var batch = authority.engine.makeBatch(now: authority.now)
    var command = UpdateCommand(record.id)
    command.ifVersion = 1
    let outcomes = ["a", "b"].map {
      command.name = $0
      return authority.engine.decide(.update(command), by: authority.root, in: &batch)
    }
    #expect(outcomes[0].record?.version == 2)
    #expect(outcomes[1].refusal?.code == .aborted)
    authority.engine.apply(batch.entries)
    let held = authority.engine.token(record.id)
    #expect(held?.name == "a")
  }

  @Test func `a caller stays within what it might issue, before and after`() {
    var authority = Authority()
    func list(_ projects: ProjectID...) -> TokenRecord {
      authority.issue(.client) { $0.projects = .list(projects) }
    }
    let (inside, across, outside) = (list(.alpha), list(.alpha, .beta), list(.beta))
    let admin = authority.issue(.admin)
    let limits = [Permission.tokensIssue, .tokensRead].map {
      PermissionGrant($0, projects: [.alpha])
    }
    let caller = authority.service(limits)
    let unlimited = authority.service([
      PermissionGrant(.tokensIssue), PermissionGrant(.tokensRead),
    ])
    let blind = authority.service([PermissionGrant(.tokensIssue)])
    func code(
      _ id: TokenID, _ caller: Caller, _ change: (inout UpdateCommand) -> Void = { $0.name = "x" }
    ) -> StatusCode? {
      authority.update(id, by: caller, change).refusal?.code
    }
    #expect(code(inside.id, caller) == nil)
    #expect(code(inside.id, caller) { $0.projects = [.alpha, .beta] } == .permissionDenied)
    #expect(code(inside.id, caller) { $0.projects = [.nowhere] } == .permissionDenied)
    #expect(code(across.id, caller) == .permissionDenied)
    #expect(code(across.id, caller) { $0.projects = [.alpha] } == .permissionDenied)
    #expect(code(outside.id, caller) == .notFound)
    #expect(code(TokenID(high: 9, low: 9), caller) == .notFound)
    #expect(code(admin.id, caller) == .notFound)
    #expect(code(admin.id, unlimited) == .permissionDenied)
    #expect(code(admin.id, blind) == .notFound)
    #expect(code(outside.id, blind) == nil, "who might issue it may change it")
    let client = authority.authenticate(authority.issue(.client))
    guard case .token(let own, _, _, _) = client else { return }
    #expect(code(own, client) == .permissionDenied)
    let held = authority.engine.token(across.id)
    #expect(held == across)
  }
}
