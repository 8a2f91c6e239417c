import TesseraModel
import TesseraWire

/// One row of the matrix: a call, and how it ends for each kind of caller.
struct MatrixRow: Sendable {
  let name: String
  /// In the order of `MatrixCaller`.
  let expected: [Matrix.End]
  let call: @Sendable (Matrix) throws -> Matrix.End

  /// - Parameter expected: a sign for each caller: `+` done, `u` UNAUTHENTICATED, `-`
  ///   PERMISSION_DENIED, `?` NOT_FOUND, `!` FAILED_PRECONDITION, `0` UNIMPLEMENTED.
  init(
    _ expected: String, _ name: String, _ call: @escaping @Sendable (Matrix) throws -> Matrix.End
  ) {
    self.name = name
    self.call = call
    self.expected = expected.split(separator: " ").map { sign in
      switch sign {
      case "+": .done
      case "u": .unauthenticated
      case "-": .denied
      case "?": .notFound
      case "!": .unmet
      case "0": .unimplemented
      default: preconditionFailure("'\(sign)' is no sign of the matrix")
      }
    }
  }
}

extension MatrixRow {
  // n  = nobody            A = ADMIN              C = certificate for everything
  // v  = certificate for validations              S = SERVICE with every permission
  // s  = SERVICE limited to project-a             k = SERVICE limited to CLIENT in production:
  //      both with the permissions that can be so limited
  // P  = PERSONAL   p = PERSONAL with scopes
  // R  = PERSONAL of an administrator             U = user who signed in
  // a  = SERVICE acting for that user             c = CLIENT

  static let all = connections + tokens + users + registry

  static let connections: [MatrixRow] = [
    //     n A C v S s k P p R U a c
    .init("+ + + + + + + + + + + + +", "Health") { try $0.end(HealthRequest()) },
    .init("u + + + + + + + + + + + +", "WhoAmI") { try $0.made(WhoAmIRequest()) },
    .init("+ ! ! ! ! ! ! ! ! ! ! ! !", "Authenticate again") {
      // Nobody shows the value on a connection of its own, so as to stay nobody.
      let client = $0.caller == .nobody ? try $0.product.authority.connect() : $0.client
      do {
        _ = try client.call(AuthenticateRequest(token: $0.product.authority.rootToken))
        return .done
      } catch let refusal as Refusal {
        return try Matrix.End(refusal.code)
      }
    },
    .init("0 0 0 0 0 0 0 0 0 0 0 0 0", "Watch") { try $0.end(.watch) },
    .init("0 0 0 0 0 0 0 0 0 0 0 0 0", "Stats") { try $0.end(.stats) },
    .init("u + + - + - - - - + - - -", "Snapshot") { try $0.made(SnapshotRequest()) },
    .init("u + + - - - - - - - - - -", "BeginBackup") { try $0.made(BeginBackupRequest()) },
    .init("u + + - - - - - - - - - -", "ReadBackup") { matrix in
      let backup = try matrix.product.admin.call(BeginBackupRequest()).backup
      defer { _ = try? matrix.product.admin.call(EndBackupRequest(backup)) }
      return try matrix.made(ReadBackupRequest(backup, file: 0, offset: 0))
    },
    .init("u + + - - - - - - - - - -", "EndBackup") { matrix in
      let backup = try matrix.product.admin.call(BeginBackupRequest()).backup
      defer { _ = try? matrix.product.admin.call(EndBackupRequest(backup)) }
      return try matrix.made(EndBackupRequest(backup))
    },
  ]

  static let tokens: [MatrixRow] = [
    //     n A C v S s k P p R U a c
    .init("u + + + + + + - - + - - -", "Validate") {
      try $0.validated($0.token())
    },
    .init("u + + + + ? + - - + - - -", "Validate elsewhere") {
      try $0.validated($0.token("project-b"))
    },
    .init("u + + + + + ? - - + - - -", "Validate in development") {
      try $0.validated($0.token(in: "development"))
    },
    .init("u + + + + + ? - - + - - -", "Validate FRONTEND") {
      try $0.validated($0.token(.frontend))
    },
    .init("u + + + + + + - - + - - -", "ValidateBatch") {
      try $0.end(ValidateBatchRequest([ValidateRequest(token: $0.token().value)]))
    },
    .init("u + + - - - - - - + - - -", "Issue ADMIN") { try $0.made($0.issue(.admin)) },
    .init("u + + - - - - - - + - - -", "Issue SERVICE") { try $0.made($0.issue(.service)) },
    .init("u + + - + + + + - + + + -", "Issue CLIENT") { try $0.made($0.issue(.client)) },
    .init("u + + - + + - + - + + + -", "Issue FRONTEND") {
      try $0.made($0.issue(.frontend))
    },
    .init("u + + - + - + - - + - - -", "Issue elsewhere") {
      try $0.made($0.issue(.client) { $0.projects = .one("project-b") })
    },
    .init("u + + - + - + - - + - - -", "Issue for all") {
      try $0.made($0.issue(.client) { $0.projects = .all })
    },
    .init("u + + - + + - + - + + + -", "Issue in development") {
      try $0.made($0.issue(.client) { $0.environment = "development" })
    },
    .init("u + + - + - - + - + + + -", "Issue PERSONAL") { try $0.made($0.issue(.personal)) },
    .init("u + + - + - - - - + - - -", "Issue another's") {
      try $0.made($0.issue(.personal) { $0.owner = "bob" })
    },
    .init("u + + - + + + + ? + + + -", "Issue a copy") { matrix in
      var request = IssueRequest()
      request.copyOf = try matrix.token().id
      return try matrix.made(request)
    },
    .init("u + + - + + + + ? + + + -", "Update") {
      try $0.made($0.update($0.token().id))
    },
    .init("u + + - + ? + ? ? + ? ? -", "Update elsewhere") {
      try $0.made($0.update($0.token("project-b").id))
    },
    .init("u + + - + + ? + ? + + + -", "Update in development") {
      try $0.made($0.update($0.token(in: "development").id))
    },
    .init("u + + - + + ? + ? + + + -", "Update FRONTEND") {
      try $0.made($0.update($0.token(.frontend).id))
    },
    .init("u + + - + + + + ? + + + -", "Regenerate") {
      try $0.made(RegenerateRequest($0.token().id))
    },
    .init("u + + - - ? ? ? ? + ? ? -", "Regenerate ADMIN") {
      try $0.made(RegenerateRequest($0.product.admin.issue(.admin).id))
    },
    .init("u + + - + + + + ? + + + -", "Revoke") {
      try $0.revoked(.ids([$0.token().id]))
    },
    .init("u + + - + ? + ? ? + ? ? -", "Revoke elsewhere") {
      try $0.revoked(.ids([$0.token("project-b").id]))
    },
    .init("u + + - + + ? + ? + + + -", "Revoke in development") {
      try $0.revoked(.ids([$0.token(in: "development").id]))
    },
    .init("u + + - + + ? + ? + + + -", "Revoke FRONTEND") {
      try $0.revoked(.ids([$0.token(.frontend).id]))
    },
    .init("u + + + + + + + + + + + +", "Revoke by value") {
      try $0.revoked(.value($0.token("project-b").value))
    },
    .init("u + + - + + + + ? + + + -", "Revoke by filter") { matrix in
      _ = try matrix.token()
      var filter = RevokeFilter()
      filter.project = "project-a"
      return try matrix.revoked(.filter(filter))
    },
    .init("u + + - + + + + ? + + + ?", "Get") {
      try $0.made(GetRequest($0.token().id))
    },
    .init("u + + - + ? + ? ? + ? ? ?", "Get elsewhere") {
      try $0.made(GetRequest($0.token("project-b").id))
    },
    .init("u + + - + + ? + ? + + + ?", "Get in development") {
      try $0.made(GetRequest($0.token(in: "development").id))
    },
    .init("u + + - + + ? + ? + + + ?", "Get FRONTEND") {
      try $0.made(GetRequest($0.token(.frontend).id))
    },
    .init("u + + - + + + + + + + + +", "List") { try $0.made(ListRequest()) },
    .init("u + + - + + + - - + - - -", "Import") {
      try $0.imported($0.foreign("one"))
    },
    .init("u + + - + - + - - + - - -", "Import elsewhere") { matrix in
      var token = matrix.foreign("two")
      token.projects = .one("project-b")
      return try matrix.imported(token)
    },
    .init("u + + - + + - - - + - - -", "Import in development") { matrix in
      var token = matrix.foreign("three")
      token.environment = "development"
      return try matrix.imported(token)
    },
    .init("u + + - + + - - - + - - -", "Import FRONTEND") {
      try $0.imported($0.foreign("four", .frontend))
    },
    .init("u + + - + + + + + + + + -", "ListEvents") { try $0.made(ListEventsRequest()) },
    .init("u + + - + - - - - + - - -", "Purge") {
      try $0.made(PurgeRequest(endedBefore: .days(-1)))
    },
  ]

  static let users: [MatrixRow] = [
    //     n A C v S s k P p R U a c
    .init("u + + - + + - - - + - - -", "CreateUser") {
      try $0.made($0.create("carol", [.member("project-a")]))
    },
    .init("u + + - + - - - - + - - -", "CreateUser elsewhere") {
      try $0.made($0.create("dave", [.member("project-b")]))
    },
    .init("u + + - - - - - - + - - -", "CreateUser, admin") { matrix in
      var request = CreateUserRequest("chief")
      request.isAdmin = true
      return try matrix.made(request)
    },
    .init("u + + - + + - - - + - - -", "UpdateUser") { try $0.made($0.update("bob")) },
    .init("u + + - - ? - - - + - - -", "UpdateUser, admin") { try $0.made($0.update("root")) },
    .init("u + + - + + - - - + - - -", "GetUser") {
      try $0.made(GetUserRequest("bob"))
    },
    .init("u + + - + + - + + + + + -", "GetUser oneself") {
      try $0.made(GetUserRequest("ada"))
    },
    .init("u + + - + + - - - + - - -", "ListUsers") { try $0.made(ListUsersRequest()) },
    .init("u + + - + + - - - + - - -", "SetPassword") {
      try $0.made(SetPasswordRequest("bob", password: nil))
    },
    .init("u + + - + + - - - + - - -", "DeleteUser") {
      try $0.made(DeleteUserRequest("bob"))
    },
  ]

  static let registry: [MatrixRow] = [
    //     n A C v S s k P p R U a c
    .init("u + + - + - - - - + - - -", "CreateEntry") {
      try $0.made(CreateEntryRequest(.project(.init("new"))))
    },
    .init("u + + - + - - - - + - - -", "CreateEntry, method") {
      try $0.made(CreateEntryRequest(.method(.init("new.method"))))
    },
    .init("u + + - + + - - - + - - -", "CreateEntry, role") {
      try $0.made(CreateEntryRequest(.role(.init("New", grants: [.member("project-a")]))))
    },
    .init("u + + - + + - - - + - - -", "UpdateEntry") {
      try $0.made(UpdateEntryRequest(.project(.init("project-a", description: "changed"))))
    },
    .init("u + + - + - - - - + - - -", "UpdateEntry elsewhere") {
      try $0.made(UpdateEntryRequest(.project(.init("project-b", description: "changed"))))
    },
    .init("u + + - + - - - - + - - -", "UpdateEntry, role") {
      try $0.made(UpdateEntryRequest(.role(.init("Operator", grants: []))))
    },
    .init("u + + - + + + + + + + + -", "GetEntry") {
      try $0.made(GetEntryRequest(.project("project-a")))
    },
    .init("u + + - + ? + ? ? + ? ? -", "GetEntry elsewhere") {
      try $0.made(GetEntryRequest(.project("project-b")))
    },
    .init("u + + - + + ? + + + + + -", "GetEntry, development") {
      try $0.made(GetEntryRequest(.environment("development")))
    },
    .init("u + + - + + - - - + - - -", "GetEntry, role") {
      try $0.made(GetEntryRequest(.role("Operator")))
    },
    .init("u + + - + + + + + + + + -", "ListEntries") {
      try $0.made(ListEntriesRequest(.project))
    },
    .init("u + + - + + - - - + - - -", "ListEntries, roles") {
      try $0.made(ListEntriesRequest(.role))
    },
    .init("u + + - + + - - - + - - -", "DeleteEntry, role") {
      try $0.made(DeleteEntryRequest(.role("Operator")))
    },
    .init("u + + - + - - - - + - - -", "DeleteEntry elsewhere") {
      try $0.made(DeleteEntryRequest(.project("project-b")))
    },
    .init("u + + - + + - - - + - - -", "DeleteEntry") {
      try $0.made(DeleteEntryRequest(.project("project-a")))
    },
  ]
}
