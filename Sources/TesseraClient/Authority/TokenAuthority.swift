import TesseraModel
import TesseraWire

/// What issues, imports, checks, changes, revokes and lists tokens: a ``TesseraClient``, or in a
/// caller's own tests an ``InMemoryAuthority``.
public protocol TokenAuthority: Sendable {
  /// Whether a value opens what the request asks.
  func validate(_ request: ValidateRequest) async throws(TesseraError) -> Validation

  /// Many validations in one message, answered in the same order.
  ///
  /// - Parameter requests: at most `Limits.batchValidations`.
  func validateBatch(_ requests: [ValidateRequest]) async throws(TesseraError) -> [Validation]

  /// A new token. With an idempotency key the call is repeated where the connection is lost;
  /// without one it ends with ``TesseraError/outcomeUnknown(_:)``.
  func issue(_ request: IssueRequest) async throws(TesseraError) -> IssuedToken

  /// Changes what the request names of a token. With `ifVersion`, and no lifetime, the call is
  /// repeated where the connection is lost: it is carried out once at most, and a repetition finds
  /// the token as asked. Without, a repetition might undo what another did meanwhile, so the call
  /// ends with ``TesseraError/outcomeUnknown(_:)``.
  func update(_ request: UpdateRequest) async throws(TesseraError) -> UpdatedToken

  /// A new value for a token. Never repeated: where the connection is lost, the call ends with
  /// ``TesseraError/outcomeUnknown(_:)``. Whether it was carried out shows in the token's version;
  /// the value is lost then, and the one before stops when its overlap does, or at once where the
  /// token is regenerated again.
  func regenerate(_ request: RegenerateRequest) async throws(TesseraError) -> IssuedToken

  /// Ends tokens for good. Revoking one twice is no error.
  func revoke(_ request: RevokeRequest) async throws(TesseraError) -> RevocationReport

  /// One page of the tokens that the request fits.
  func list(_ request: ListRequest) async throws(TesseraError) -> Page<Token>

  /// Takes in tokens that another authority issued: each is imported or refused for itself, and all
  /// that are imported are one durable change.
  ///
  /// Never repeated: where the connection is lost, the call ends with
  /// ``TesseraError/outcomeUnknown(_:)``. Importing the same tokens again then does no harm, and
  /// tells by ALREADY_EXISTS which of them are held.
  ///
  /// - Parameter tokens: 1 to `Limits.tokensPerImport`.
  func importTokens(_ tokens: [ImportedToken]) async throws(TesseraError) -> ImportReport

  /// What the authority tells about one token.
  func token(_ id: TokenID) async throws(TesseraError) -> Token

  /// Who the authority takes the caller for, and what it may do now.
  func whoAmI() async throws(TesseraError) -> Caller

  /// How the authority is. Needs no credential.
  func health() async throws(TesseraError) -> HealthResponse
}

extension TokenAuthority {
  /// Whether a value opens what is asked. What is left out is not asked.
  ///
  /// - Parameters:
  ///   - value: as it was shown to the asker.
  ///   - kinds: those that pass; none named are the kinds whose values are secrets.
  ///   - method: of the product's own API.
  ///   - details: whether an answer of ALLOWED tells more about the token.
  ///   - minRevision: the answer reflects at least this position of the journal.
  public func validate(
    _ value: Secret, kinds: Set<TokenKind> = [], project: ProjectID? = nil,
    environment: EnvironmentID? = nil, method: MethodName? = nil, details: Bool = false,
    minRevision: Revision = .zero
  ) async throws(TesseraError) -> Validation {
    var request = ValidateRequest(token: value)
    for kind in kinds { request.kinds.insert(kind) }
    request.project = project
    request.environment = environment
    request.method = method
    request.details = details
    request.minRevision = minRevision
    return try await validate(request)
  }

  /// The same for a value in a string, such as that of a header.
  public func validate(
    _ value: some StringProtocol, kinds: Set<TokenKind> = [], project: ProjectID? = nil,
    environment: EnvironmentID? = nil, method: MethodName? = nil, details: Bool = false,
    minRevision: Revision = .zero
  ) async throws(TesseraError) -> Validation {
    try await validate(
      Secret(Array(value.utf8)), kinds: kinds, project: project, environment: environment,
      method: method, details: details, minRevision: minRevision)
  }

  /// Revokes tokens by their ids: 1 to `Limits.idsPerRevoke`.
  public func revoke(
    _ ids: [TokenID], reason: String = ""
  ) async throws(TesseraError) -> RevocationReport {
    try await revoke(RevokeRequest(.ids(ids), reason: reason))
  }

  /// Revokes the token of a value. Who holds a secret value may always do so.
  public func revoke(
    value: Secret, reason: String = ""
  ) async throws(TesseraError) -> RevocationReport {
    try await revoke(RevokeRequest(.value(value), reason: reason))
  }

  /// Revokes every token that all of the filter's members fit.
  public func revoke(
    matching filter: RevokeFilter, reason: String = ""
  ) async throws(TesseraError) -> RevocationReport {
    try await revoke(RevokeRequest(.filter(filter), reason: reason))
  }

  /// Every token that the request fits, page after page.
  public func tokens(matching request: ListRequest = ListRequest()) -> PagedSequence<Token> {
    PagedSequence(from: request.pageToken) { pageToken throws(TesseraError) in
      var asked = request
      asked.pageToken = pageToken
      return try await list(asked)
    }
  }
}
