import TesseraModel
import TesseraServer
import TesseraWire
import Testing

/// Users who authenticate by name and password.
@Suite struct SignInTests {
  private let authority: TestAuthority
  private let admin: TestClient

  init() throws {
    authority = try TestAuthority()
    admin = try authority.admin()
    try admin.create("ada", password: "difference engine")
  }

  private func refusal(_ user: String, _ password: String) throws -> Refusal {
    let client = try authority.connect()
    return try client.refusal(of: client.signIn(user, password))
  }

  @Test func `a user who signs in is the caller`() throws {
    let client = try authority.connect()
    let caller = try client.call(client.signIn("ada", "difference engine")).caller
    #expect(caller?.actor == .user("ada", through: nil))
    #expect(caller?.owner == "ada")
    #expect(caller?.isAdmin == false)
    #expect(try client.call(WhoAmIRequest()).caller == caller)
    #expect(try client.refusal(of: client.signIn("ada", "x")).code == .failedPrecondition)
  }

  @Test func `whatever is wrong, the answer is the same`() throws {
    try admin.create("dis", password: "difference engine") { $0.isDisabled = true }
    try admin.create("none")
    let wrong = try refusal("ada", "analytical engine")
    #expect(wrong.code == .unauthenticated)
    #expect(wrong.message == "name or password is wrong")
    #expect(try refusal("nobody", "difference engine") == wrong)
    #expect(try refusal("dis", "difference engine") == wrong)
    #expect(try refusal("none", "") == wrong)
    #expect(authority.server.counters[.passwordsWrong] == 4)
  }

  @Test func `a name or a password that nobody has is refused by its field`() throws {
    let name = try refusal("a b", "difference engine")
    #expect(name.code == .invalidArgument && name.field == "password.user")
    let long = try refusal(
      "ada", String(repeating: "x", count: Limits.passwordBytes.upperBound + 1))
    #expect(long.code == .invalidArgument && long.field == "password")
  }

  @Test func `wrong passwords in a row make the next wait, the right one too`() throws {
    for _ in 0..<Limits.wrongPasswordsAtOnce {
      #expect(try refusal("ada", "wrong").code == .unauthenticated)
    }
    let slowed = try refusal("ada", "difference engine")
    #expect(slowed.code == .resourceExhausted)
    #expect((1...1_000).contains(slowed.retryAfterMilliseconds))
    #expect(authority.server.counters[.passwordsSlowed] == 1)
    // Another user does not wait.
    try admin.create("grace", password: "compile first")
    let client = try authority.connect()
    #expect(try client.call(client.signIn("grace", "compile first")).caller?.owner == "grace")
  }

  @Test func `after ten wrong passwords a connection takes no other`() throws {
    let client = try authority.connect()
    for number in 0..<Limits.wrongPasswordsPerConnection {
      #expect(try client.refusal(of: client.signIn("user\(number)", "x")).code == .unauthenticated)
    }
    let refusal = try client.refusal(of: client.signIn("ada", "difference engine"))
    #expect(refusal.code == .resourceExhausted && refusal.retryAfterMilliseconds == 0)
    let other = try authority.connect()
    _ = try other.call(other.signIn("ada", "difference engine"))
  }

  @Test func `while a password is checked nobody is the caller or becomes it`() throws {
    let client = try authority.connect()
    let (first, second, third) = (client.nextNumber(), client.nextNumber(), client.nextNumber())
    try client.send(
      Frames.request(.authenticate, client.signIn("ada", "difference engine").encoded, first)
        + Frames.request(.whoAmI, WhoAmIRequest().encoded, second)
        + Frames.request(
          .authenticate, AuthenticateRequest(token: authority.rootToken).encoded, third))
    #expect(try client.answer(to: second).0.status == .unauthenticated)
    #expect(try client.answer(to: third).0.status == .failedPrecondition)
    #expect(try client.finish(first, AuthenticateRequest.self).caller?.owner == "ada")
  }

  @Test func `a new password ends what the old one began`() throws {
    let client = try authority.connect()
    _ = try client.call(client.signIn("ada", "difference engine"))
    _ = try admin.call(SetPasswordRequest("ada", password: Secret("analytical engine")))
    #expect(try client.refusal(of: WhoAmIRequest()).code == .unauthenticated)
    #expect(try refusal("ada", "difference engine").code == .unauthenticated)
    let other = try authority.connect()
    _ = try other.call(other.signIn("ada", "analytical engine"))
  }

  @Test func `a user who is disabled is out at once`() throws {
    let client = try authority.connect()
    _ = try client.call(client.signIn("ada", "difference engine"))
    var change = UpdateUserRequest("ada")
    change.isDisabled = true
    _ = try admin.call(change)
    #expect(try client.refusal(of: WhoAmIRequest()).code == .unauthenticated)
  }

  @Test func `who signed in stays so after a restart, by the same password`() throws {
    authority.stop()
    let next = try TestAuthority(after: authority)
    let client = try next.connect()
    _ = try client.call(client.signIn("ada", "difference engine"))
    #expect(try client.refusal(of: CreateUserRequest("eve")).code == .permissionDenied)
  }
}
