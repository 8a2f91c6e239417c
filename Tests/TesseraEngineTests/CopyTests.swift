import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct CopyTests {
  /// A command that leaves everything out but the kind, and names what it copies.
  private func copy(
    _ source: TokenRecord, as kind: TokenKind? = nil, _ authority: inout Authority,
    by caller: Caller? = nil, _ change: (inout IssueCommand) -> Void = { _ in }
  ) -> Outcome {
    let digest = authority.newDigest()
    var command = IssueCommand(kind: kind ?? source.kind, digest: digest, entropy: digest.word0)
    command.copyOf = source.id
    change(&command)
    return authority.run(.issue(command), by: caller)
  }

  @Test(arguments: [TokenKind.admin, .personal, .client, .frontend, .service])
  func `a copy has all that its source has, and is another token`(_ kind: TokenKind) {
    var authority = Authority()
    let source = authority.issue(kind) {
      $0.name = "n"
      $0.description = "d"
      if kind.isBoundToEnvironment { $0.projects = .list([.alpha, .beta]) }
      if kind != .admin, kind != .service {
        $0.scopes = .some(sets: [ScopeSetName("Readers")], methods: [.write])
      }
      $0.expiry = .after(.seconds(100))
    }
    authority.now = authority.now + .seconds(10)
    let copied = copy(source, &authority)
    guard let record = copied.record else {
      Issue.record("\(copied)")
      return
    }
    var expected = source
    expected.id = record.id
    expected.createdAt = authority.now
    expected.credentials = record.credentials
    #expect(record == expected, "it ends when its source does")
    #expect(record.id != source.id && record.credentials != source.credentials)
    let verdict = authority.verdict(
      record.credentials.current, Question(kinds: KindSet(kind)))
    #expect(verdict == .allowed)
  }

  @Test func `what the request says goes before`() {
    var authority = Authority()
    let source = authority.issue(.client) { $0.expiry = .after(.seconds(100)) }
    let end = authority.now + .seconds(5)
    let record = copy(source, as: .frontend, &authority) {
      $0.name = "other"
      $0.description = "other"
      $0.projects = .one(.beta)
      $0.environment = .production
      $0.scopes = .some(sets: [], methods: [.read])
      $0.expiry = .at(end)
    }.record
    #expect(record?.kind == .frontend && record?.name == "other" && record?.description == "other")
    #expect(record?.projects == .one(.beta) && record?.environment == .production)
    #expect(record?.scopes == .some(sets: [], methods: [.read]) && record?.expiresAt == end)
  }

  @Test func `of another kind only what that kind has is taken`() {
    var authority = Authority()
    let source = authority.issue(.client) { $0.name = "n" }
    let record = copy(source, as: .personal, &authority) { $0.owner = UserID("ada") }.record
    #expect(record?.name == "n" && record?.projects == nil && record?.environment == nil)
    #expect(record?.expiresAt != nil, "never was not asked for")
    let unowned = copy(source, as: .personal, &authority).refusal
    #expect(unowned?.field == "owner")
    let endless = authority.issue(.personal) { $0.expiry = .never }
    let again = copy(endless, &authority)
    #expect(again.record?.expiresAt == nil && again.warnings?.count == 1)
  }

  @Test func `a token that ended is copied, and must end anew where it has expired`() {
    var authority = Authority()
    let source = authority.issue(.client) { $0.expiry = .after(.seconds(10)) }
    _ = authority.revoke([source.id])
    let early = copy(source, &authority).record
    #expect(early?.revocation == nil && early?.version == 1)
    authority.now = authority.now + .seconds(10)
    let refusal = copy(source, &authority).refusal
    #expect(refusal?.code == .failedPrecondition && refusal?.field == "expires_at")
    let late = copy(source, &authority) { $0.expiry = .after(.seconds(10)) }
    #expect(late.refusal == nil)
  }

  @Test func `a caller copies what it sees, within its own limits`() {
    var authority = Authority()
    func issue(_ projects: ProjectSelection, _ kind: TokenKind = .client) -> TokenRecord {
      authority.issue(kind) { $0.projects = projects }
    }
    let (inside, outside) = (issue(.one(.alpha)), issue(.one(.beta)))
    let (across, all) = (issue(.list([.alpha, .beta])), issue(.all))
    let admin = authority.issue(.admin)
    let caller = authority.service([
      PermissionGrant(.tokensIssue, projects: [.alpha]),
      PermissionGrant(.tokensRead, projects: [.alpha]),
    ])
    let first = copy(inside, &authority, by: caller).record
    #expect(first?.projects == .one(.alpha))
    let hidden = copy(outside, &authority, by: caller).refusal
    #expect(hidden?.code == .notFound && hidden?.field == "copy_of")
    let part = copy(across, &authority, by: caller).record
    #expect(part?.projects == .list([.alpha]), "of the list, what the caller sees")
    let wide = copy(all, &authority, by: caller).refusal
    #expect(wide?.code == .permissionDenied)
    let root = copy(admin, &authority, by: caller).refusal
    #expect(root?.code == .notFound)
    let reader = authority.service([
      PermissionGrant(.tokensIssue), PermissionGrant(.tokensRead),
    ])
    let denied = copy(admin, &authority, by: reader).refusal
    #expect(denied?.code == .permissionDenied && denied?.field == "kind")
  }

  @Test func `a copy with a key is made once`() {
    var authority = Authority()
    let source = authority.issue(.client)
    let key = (key: Digest.sample(900), request: Digest.sample(901))
    let first = copy(source, &authority) { $0.idempotency = key }
    let second = copy(source, &authority) { $0.idempotency = key }
    #expect(second.record == first.record)
    guard case .issued(_, _, let replayed) = second else { return }
    #expect(replayed)
  }
}
