import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct UserCallerTests {
  @Test func `who signs in has the user's rights until the password changes or they are disabled`()
  {
    var authority = Authority()
    let grants = [Grant(.global, permissions: [.registryRead])]
    authority.put(.bob, grants) { $0.password = .sample(1) }
    guard let (session, password) = authority.engine.signIn(.bob) else {
      Issue.record("a user with a password does not sign in")
      return
    }
    #expect(password == .sample(1))
    let caller = Caller.user(session)
    #expect(caller.actor == .user(.bob, through: nil))
    let rights = authority.rights(caller)
    #expect(rights?.user == .bob && rights?.userByPassword == session && rights?.isAdmin == false)
    #expect(rights?.has(.registryRead) == true && rights?.has(.registryWrite) == false)
    #expect(rights?.permissions == [PermissionGrant(.registryRead)])
    authority.put(.bob, []) { $0.password = .sample(1) }
    #expect(authority.rights(caller)?.has(.registryRead) == false, "a grant is gone at once")
    authority.put(.bob, grants) {
      $0.password = .sample(1)
      $0.isDisabled = true
    }
    #expect(authority.rights(caller) == nil)
    #expect(authority.engine.signIn(.bob) == nil)
    authority.put(.bob, grants) { $0.password = .sample(1) }
    #expect(authority.rights(caller) != nil)
    authority.put(.bob, grants) { $0.password = .sample(2) }
    #expect(authority.rights(caller) == nil)
    authority.put(.bob, grants) { $0.password = .sample(1) }
    #expect(authority.rights(caller) == nil, "not by the same password again")
    authority.put(.bob, grants)
    #expect(authority.engine.signIn(.bob) == nil)
    #expect(authority.engine.signIn("nobody") == nil)
  }

  @Test func `who sees its own token alone is answered without a look at the others`() {
    var authority = Authority()
    let tokens = (0..<10).map { _ in authority.issue(.client) }
    let own = authority.issue(.client)
    guard let rights = authority.rights(authority.authenticate(own)) else {
      Issue.record("no rights")
      return
    }
    func slice(after id: TokenID?, _ filter: TokenFilter = TokenFilter()) -> ([TokenID], Bool) {
      let slice = authority.engine.list(
        after: id, examining: 2, limit: 10, filter, for: rights, now: authority.now)
      return (slice.elements.map(\.record.id), slice.isAtEnd)
    }
    #expect(slice(after: nil) == ([own.id], true))
    #expect(slice(after: tokens[3].id) == ([own.id], true))
    #expect(slice(after: own.id) == ([], true))
    var filter = TokenFilter()
    filter.kinds = KindSet(.frontend)
    #expect(slice(after: nil, filter) == ([], true))
  }

  @Test func `administrators may do everything, but through a token that narrows them`() {
    var authority = Authority()
    authority.put(.bob) {
      $0.isAdmin = true
      $0.password = .sample(1)
    }
    let whole = authority.issue(.personal) { $0.owner = .bob }
    let narrow = authority.issue(.personal) {
      $0.owner = .bob
      $0.scopes = .some(sets: [], methods: [.read])
    }
    let caller = authority.authenticate(whole)
    #expect(caller.actor == .user(.bob, through: whole.id))
    #expect(authority.rights(caller)?.isAdmin == true)
    #expect(authority.rights(authority.authenticate(narrow))?.isAdmin == false)
    #expect(authority.rights(authority.authenticate(narrow))?.has(.usersRead) == false)
    let client = authority.issue(.client)
    #expect(authority.verdict(client.credentials.current, for: caller) == .allowed)
    #expect(authority.verdict(whole, .gamma, .write) == .allowed)
    #expect(authority.verdict(narrow, .gamma, .write) == .missingScope)
    #expect(authority.verdict(narrow, .gamma, .read) == .allowed)
    if let session = authority.engine.signIn(.bob)?.session {
      #expect(authority.rights(.user(session))?.isAdmin == true)
      #expect(authority.verdict(client.credentials.current, for: .user(session)) == .allowed)
    }
    authority.put(.bob)
    #expect(authority.rights(caller)?.isAdmin == false)
    #expect(authority.verdict(client.credentials.current, for: caller) == .notFound)
  }

  private func acting(
    _ authority: borrowing Authority, _ user: UserID, _ through: Caller
  ) -> Result<Caller, Refusal> {
    let reader = authority.engine.makeReader()
    reader.enter()
    do throws(Refusal) {
      return .success(try reader.acting(as: user, through: through, now: authority.now))
    } catch {
      return .failure(error)
    }
  }

  private func code(_ result: Result<Caller, Refusal>) -> StatusCode? {
    if case .failure(let refusal) = result { refusal.code } else { nil }
  }

  @Test func `a product acts for users with an unlimited permission, and with their rights`() throws
  {
    var authority = Authority()
    authority.put(.bob, [Grant(.global, permissions: [.usersRead])])
    let token = authority.issue(.service) { $0.permissions = [PermissionGrant(.usersActAs)] }
    let product = authority.authenticate(token)
    let limited = Caller.certificate(
      name: "old",
      access: CertificateAccess(
        permissions: [PermissionGrant(.usersActAs, projects: [.alpha])], in: authority.engine))
    let caller = try acting(authority, .bob, product).get()
    #expect(caller.actor == .user(.bob, through: token.id))
    let rights = authority.rights(caller)
    #expect(rights?.user == .bob && rights?.userByPassword == nil)
    #expect(rights?.has(.usersRead) == true && rights?.has(.usersActAs) == false)
    let mapped = Caller.certificate(
      name: "ops", access: CertificateAccess(permissions: nil, in: authority.engine))
    #expect(try acting(authority, .bob, mapped).get().actor == .user(.bob, through: nil))
    #expect(code(acting(authority, .bob, limited)) == .permissionDenied)
    #expect(code(acting(authority, "nobody", product)) == .notFound)
    #expect(code(acting(authority, "nobody", limited)) == .permissionDenied)
    #expect(code(acting(authority, .ada, caller)) == .permissionDenied, "not through a user")
    authority.put(.ada) { $0.isAdmin = true }
    let admin = authority.authenticate(authority.issue(.personal))
    #expect(code(acting(authority, .bob, admin)) == .permissionDenied, "nor an administrator")
    authority.put(.bob) { $0.isDisabled = true }
    #expect(code(acting(authority, .bob, product)) == .failedPrecondition)
    #expect(authority.rights(caller) == nil)
    authority.put(.bob)
    #expect(authority.rights(caller) != nil)
    _ = authority.revoke([token.id])
    #expect(authority.rights(caller) == nil, "it ends with the token it comes through")
    #expect(code(acting(authority, .bob, product)) == .unauthenticated)
  }
}
