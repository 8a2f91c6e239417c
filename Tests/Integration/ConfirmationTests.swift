import TesseraModel
import TesseraServer
import TesseraWire
import Testing

/// A user's changes need the user's password again.
@Suite struct ConfirmationTests {
  private let authority: TestAuthority
  private let admin: TestClient

  init() throws {
    authority = try TestAuthority()
    admin = try authority.admin()
    try admin.create("ada", password: "difference engine")
  }

  private var request: IssueRequest { TestClient.request(.personal) }

  @Test func `who holds a PERSONAL token gives the password, which then holds`() throws {
    let token = try admin.personal("ada").value
    let client = try authority.connect(as: token)
    let asked = try client.refusal(of: request)
    #expect(asked.code == .failedPrecondition && asked.field == "context.password")
    let wrong = try client.refusal(of: request.with(password: "wrong"))
    #expect(wrong.code == .unauthenticated && wrong.field == "context.password")
    #expect(try client.refusal(of: request).code == .failedPrecondition)
    _ = try client.call(request.with(password: "difference engine"))
    _ = try client.call(request)
    let other = try authority.connect(as: token)
    #expect(try other.refusal(of: request).code == .failedPrecondition)
  }

  @Test func `who signed in has confirmed`() throws {
    let client = try authority.connect()
    _ = try client.call(client.signIn("ada", "difference engine"))
    let issued = try client.issue(.personal)
    #expect(try client.revoke([issued.id]).outcomes.map(\.result) == [.revoked])
  }

  @Test func `a leaked value is revoked without a password`() throws {
    let token = try admin.personal("ada")
    let client = try authority.connect(as: token.value)
    #expect(try client.refusal(of: RevokeRequest(.ids([token.id]))).code == .failedPrecondition)
    let response = try client.call(RevokeRequest(.value(token.value)))
    #expect(response.outcomes.map(\.result) == [.revoked])
  }

  @Test func `an administrator's token alone makes no user who could confirm`() throws {
    _ = try admin.call(
      {
        var request = UpdateUserRequest("ada")
        request.isAdmin = true
        return request
      }())
    let client = try authority.connect(as: admin.personal("ada").value)
    var maid = CreateUserRequest("maid")
    maid.password = Secret("of the thief's own")
    let requests: [any ContextualRequest] = [
      maid, SetPasswordRequest("ada", password: Secret("of the thief's own")),
      DeleteEntryRequest(.project("default")), DeleteUserRequest("ada"),
    ]
    for request in requests {
      let refusal = try client.refusal(of: request)
      #expect(refusal.code == .failedPrecondition && refusal.field == "context.password")
    }
  }

  @Test func `who has not confirmed does not learn which tokens there are`() throws {
    let client = try authority.connect(as: admin.personal("ada").value)
    let hidden = try admin.issue(.client).id
    let missing = TokenID(high: hidden.high, low: hidden.low ^ 1)
    var refusals: [(code: StatusCode, field: String?)] = []
    for id in [hidden, missing] {
      var copy = IssueRequest()
      copy.copyOf = id
      let wrong = [
        try client.refusal(of: RegenerateRequest(id).with(password: "wrong one")),
        try client.refusal(of: copy.with(password: "wrong one")),
      ]
      #expect(wrong.allSatisfy { $0.code == .unauthenticated && $0.field == "context.password" })
    }
    _ = try client.call(request.with(password: "difference engine"))
    for id in [hidden, missing] {
      var copy = IssueRequest()
      copy.copyOf = id
      for refusal in [
        try client.refusal(of: RegenerateRequest(id)), try client.refusal(of: copy),
      ] {
        #expect(refusal.message == "there is no token \(id), or it is not shown to you")
        refusals.append((refusal.code, refusal.field))
      }
    }
    #expect(refusals.allSatisfy { $0.code == .notFound })
    #expect(refusals.map(\.field) == ["id", "copy_of", "id", "copy_of"])
  }

  @Test func `reading needs no password`() throws {
    let client = try authority.connect(as: admin.personal("ada").value)
    #expect(try client.call(ListRequest()).tokens.count == 1)
    #expect(try client.call(GetUserRequest("ada")).user?.hasPassword == true)
  }

  @Test func `who has confirmed is not asked again`() throws {
    let client = try authority.connect()
    _ = try client.call(client.signIn("ada", "difference engine"))
    _ = try client.call(request.with(password: "of no account now"))
  }

  @Test func `strangers do not slow down a user's confirmations, nor those a sign-in`() throws {
    let client = try authority.connect(as: admin.personal("ada").value)
    for _ in 0..<Limits.wrongPasswordsAtOnce {
      let stranger = try authority.connect()
      #expect(try stranger.refusal(of: stranger.signIn("ada", "wrong")).code == .unauthenticated)
    }
    let slowed = try authority.connect()
    let refusal = try slowed.refusal(of: slowed.signIn("ada", "difference engine"))
    #expect(refusal.code == .resourceExhausted)
    _ = try client.call(request.with(password: "difference engine"))
  }

  @Test func `wrong passwords of a confirmation are counted by caller`() throws {
    let client = try authority.connect(as: admin.personal("ada").value)
    for _ in 0..<Limits.wrongPasswordsAtOnce {
      #expect(try client.refusal(of: request.with(password: "wrong")).code == .unauthenticated)
    }
    let slowed = try client.refusal(of: request.with(password: "difference engine"))
    #expect(slowed.code == .resourceExhausted && slowed.retryAfterMilliseconds > 0)
    let other = try authority.connect(as: admin.personal("ada").value)
    _ = try other.call(request.with(password: "difference engine"))
    let signingIn = try authority.connect()
    _ = try signingIn.call(signingIn.signIn("ada", "difference engine"))
  }

  @Test func `users change their own password with the one they have`() throws {
    let client = try authority.connect(as: admin.personal("ada").value)
    let change = SetPasswordRequest("ada", password: Secret("analytical engine"))
    #expect(try client.refusal(of: change).code == .failedPrecondition)
    _ = try client.call(change.with(password: "difference engine"))
    let other = try authority.connect()
    _ = try other.call(other.signIn("ada", "analytical engine"))
    // The one before confirms nothing any more.
    #expect(try client.refusal(of: request).code == .failedPrecondition)
    let short = try other.refusal(of: SetPasswordRequest("ada", password: Secret("seven77")))
    #expect(short.code == .invalidArgument && short.field == "password")
  }

  @Test func `a user without a password is sent to the product`() throws {
    try admin.create("guest")
    let client = try authority.connect(as: admin.personal("guest").value)
    let refusal = try client.refusal(of: request.with(password: "anything"))
    #expect(refusal.code == .failedPrecondition && refusal.message.contains("product"))
  }

  @Test func `the configuration can turn it off`() throws {
    let authority = try TestAuthority { $0.confirmChanges = false }
    let admin = try authority.admin()
    try admin.create("ada", password: "difference engine")
    let client = try authority.connect(as: admin.personal("ada").value)
    var own = request
    own.owner = nil
    _ = try client.call(own)
  }
}

/// A product that calls for its users.
@Suite struct ActingTests {
  private let authority: TestAuthority
  private let admin: TestClient
  private let product: TestClient
  private let productID: TokenID

  init() throws {
    authority = try TestAuthority()
    admin = try authority.admin()
    let token = try admin.issue(.service) { $0.permissions = [PermissionGrant(.usersActAs)] }
    product = try authority.connect(as: token.value)
    productID = token.id
    try admin.create("ada", password: "difference engine")
    try admin.create("guest")
  }

  @Test func `a product's call for a user has the user's rights and name`() throws {
    let caller = try product.call(WhoAmIRequest().with(actAs: "guest")).caller
    #expect(caller?.actor == .user("guest", through: productID))
    #expect(caller?.owner == "guest")
    #expect(try product.call(WhoAmIRequest()).caller?.actor == .token(productID))
    var request = TestClient.request(.personal)
    request.owner = nil
    let issued = try product.call(request.with(actAs: "guest")).token
    #expect(issued?.owner == "guest")
    #expect(issued?.createdBy == .user("guest", through: productID))
    #expect(try product.refusal(of: request).code == .permissionDenied)
  }

  @Test func `a user with a password confirms through the product, for themselves alone`() throws {
    try admin.create("grace", password: "compile first")
    var request = TestClient.request(.personal)
    request.owner = nil
    #expect(try product.refusal(of: request.with(actAs: "ada")).code == .failedPrecondition)
    _ = try product.call(request.with(password: "difference engine", actAs: "ada"))
    _ = try product.call(request.with(actAs: "ada"))
    #expect(try product.refusal(of: request.with(actAs: "grace")).code == .failedPrecondition)
  }

  @Test func `who may not act for users is refused, and so is a user who does not exist`() throws {
    let other = try authority.connect(
      as: admin.issue(.service) { $0.permissions = [PermissionGrant(.tokensRead)] }.value)
    let refusal = try other.refusal(of: WhoAmIRequest().with(actAs: "ada"))
    #expect(refusal.code == .permissionDenied && refusal.field == "context.act_as")
    let nobody = try product.refusal(of: WhoAmIRequest().with(actAs: "nobody"))
    #expect(nobody.code == .notFound && nobody.field == "context.act_as")
  }
}
