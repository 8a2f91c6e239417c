import Testing
import TesseraModel
import TesseraWire

/// What administrators do before a test begins, each in one line.
extension TestClient {
  @discardableResult
  func create(_ entry: RegistryEntry) throws -> RegistryEntry {
    try #require(try call(CreateEntryRequest(entry)).entry)
  }

  func createProjects(_ ids: ProjectID...) throws {
    for id in ids { try create(.project(.init(id))) }
  }

  func createMethods(_ names: MethodName...) throws {
    for name in names { try create(.method(.init(name))) }
  }

  @discardableResult
  func createUser(
    _ id: UserID, _ grants: [Grant] = [], roles: [RoleName] = [], password: Secret? = nil,
    isAdmin: Bool = false
  ) throws -> User {
    var request = CreateUserRequest(id, name: id.text.capitalized)
    request.grants = grants
    request.roles = roles
    request.password = password
    request.isAdmin = isAdmin
    return try #require(try call(request).user)
  }

  @discardableResult
  func updateUser(_ id: UserID, _ change: (inout UpdateUserRequest) -> Void) throws -> User {
    var request = UpdateUserRequest(id)
    change(&request)
    return try #require(try call(request).user)
  }

  @discardableResult
  func update(
    _ id: TokenID, _ change: (inout UpdateRequest) -> Void
  ) throws -> UpdateResponse {
    var request = UpdateRequest(id)
    change(&request)
    return try call(request)
  }

  func get(_ id: TokenID) throws -> Token { try #require(try call(GetRequest(id)).token) }

  /// The tokens of one page.
  func list(_ change: (inout ListRequest) -> Void = { _ in }) throws -> [Token] {
    var request = ListRequest()
    request.pageSize = UInt32(Limits.pageSize)
    change(&request)
    return try call(request).tokens
  }

  func events(_ change: (inout ListEventsRequest) -> Void = { _ in }) throws -> [ChangeEvent] {
    var request = ListEventsRequest()
    request.pageSize = UInt32(Limits.pageSize)
    change(&request)
    return try call(request).events
  }

  /// The token of one import, which must succeed.
  func importToken(
    _ kind: TokenKind, _ credential: ImportedToken.Credential,
    _ change: (inout ImportedToken) -> Void = { _ in }
  ) throws -> TokenID {
    var token = ImportedToken(kind, credential, name: "imported")
    change(&token)
    let outcome = try #require(try call(ImportRequest([token])).outcomes.first)
    if let failure = outcome.failure { throw failure.refusal(outcome.status) }
    return try #require(outcome.id)
  }
}

extension Grant {
  static func member(_ project: ProjectID, hidesTokens: Bool = false) -> Grant {
    Grant(.project(project), hidesTokens: hidesTokens)
  }

  /// With CREATE_PROJECT_API_TOKEN.
  static func creator(_ project: ProjectID) -> Grant {
    Grant(.project(project), createsTokens: true)
  }

  static func methods(_ methods: [MethodName], in project: ProjectID) -> Grant {
    Grant(.project(project), scopes: .methods(methods))
  }
}

extension ScopeSelection {
  static func methods(_ methods: [MethodName]) -> ScopeSelection {
    .some(sets: [], methods: methods)
  }

  static func sets(_ sets: [ScopeSetName]) -> ScopeSelection { .some(sets: sets, methods: []) }
}

extension AuthenticateRequest {
  init(user: UserID, _ password: Secret) {
    self.init()
    credential = .password(Password(user: user.text, password: password))
  }
}
