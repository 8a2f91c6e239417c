import Testing
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraWire

/// The password confirmation of "Managing access tokens", and the advantages of tokens over
/// passwords.
@Suite("Personal access tokens of the platform: passwords") struct ConfirmedChangesTests {
  private static let password = Secret("correct horse battery")

  /// Changes need the password here. A user who has one, and whose token the connection shows.
  private func makeUser() throws -> (product: Product, token: TestClient.Issued, user: TestClient) {
    let product = try Product { $0.confirmChanges = true }
    try product.admin.createUser(
      "ada", [.creator("project-a")], password: ConfirmedChangesTests.password)
    let token = try product.personal("ada")
    return (product, token, try product.authority.connect(as: token.value))
  }

  @Test("All the token changes require a confirmation with the password before being applied")
  func changesAreConfirmed() throws {
    let (product, _, user) = try makeUser()
    let other = try product.personal("ada")
    var update = UpdateRequest(other.id)
    update.name = "changed"
    let refusals = [
      try user.refusal(of: TestClient.request(.personal)), try user.refusal(of: update),
      try user.refusal(of: RegenerateRequest(other.id)),
    ]
    for refusal in refusals {
      #expect(refusal.code == .failedPrecondition && refusal.field == "context.password")
    }
    #expect(try product.admin.get(other.id).version == 1, "nothing was applied")
    update.context = CallContext(password: Secret("not the password"))
    #expect(try user.refusal(of: update).code == .unauthenticated)
    update.context = CallContext(password: ConfirmedChangesTests.password)
    #expect(try user.call(update).token?.name == "changed")
    #expect(try user.call(RegenerateRequest(other.id)).value != nil, "it holds for a while")
  }

  @Test("Confirm the removal and provide the password to proceed")
  func removalIsConfirmed() throws {
    let (product, token, user) = try makeUser()
    let other = try product.personal("ada")
    var removal = RevokeRequest(.ids([other.id]))
    #expect(try user.refusal(of: removal).code == .failedPrecondition)
    #expect(try product.verdict(other.value) == .allowed)
    removal.context = CallContext(password: ConfirmedChangesTests.password)
    #expect(try user.call(removal).outcomes.map(\.result) == [.revoked])
    // Who finds a value that leaked need know no password.
    let finder = try product.authority.connect(as: token.value)
    #expect(
      try finder.call(RevokeRequest(.value(token.value))).outcomes.map(\.result) == [.revoked])
  }

  @Test("An alternative to the session-based method: no request for a session comes first")
  func withoutSession() throws {
    let (product, token, user) = try makeUser()
    #expect(try user.call(WhoAmIRequest()).caller?.owner == "ada")
    #expect(try product.verdict(token.value, project: "project-a") == .allowed)
    let signedIn = try product.authority.connect()
    let caller = try signedIn.call(AuthenticateRequest(user: "ada", ConfirmedChangesTests.password))
      .caller
    #expect(caller?.actor == .user("ada", through: nil), "the session-based method")
    // Who just signed in has given the password already.
    #expect(try signedIn.issue(.personal) { $0.owner = nil }.revision > .zero)
  }

  @Test("Your credentials (login and password) are not exposed within scripts")
  func credentialsStayAway() throws {
    let (product, token, script) = try makeUser()
    let stranger = try product.authority.connect()
    let refusal = try stranger.refusal(of: AuthenticateRequest(user: "ada", token.value))
    #expect(refusal.code == .unauthenticated)
    // A script's token takes over no account.
    let takeover = SetPasswordRequest("ada", password: Secret("stolen account"))
    #expect(try script.refusal(of: takeover).code == .failedPrecondition)
    let user = try product.admin.call(GetUserRequest("ada"))
    #expect(user.user?.hasPassword == true)
    let answers = try [
      user.encoded, product.admin.call(ListUsersRequest()).encoded,
      product.admin.call(ListEventsRequest()).encoded, script.call(WhoAmIRequest()).encoded,
    ]
    let kept = try keptHash(product)
    for secret in [ConfirmedChangesTests.password.bytes, kept.salt, kept.key] {
      #expect(secret.count >= 16)
      for answer in answers { #expect(!answer.contains(secret)) }
    }
  }

  /// What the authority has on disk of the password. It serves no more after that.
  private func keptHash(_ product: Product) throws -> PasswordHash {
    product.authority.stop()
    let found = try Authority(
      DataDirectory(opening: product.authority.directory.data, on: PosixDisk()))
    let user = found.engine.user("ada")
    try found.close()
    return try #require(user?.password)
  }
}
