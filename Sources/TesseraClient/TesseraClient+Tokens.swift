import TesseraModel
import TesseraWire

extension TesseraClient {
  public func validate(_ request: ValidateRequest) async throws(TesseraError) -> Validation {
    Validation(try await callForItself(request))
  }

  public func validateBatch(
    _ requests: [ValidateRequest]
  ) async throws(TesseraError) -> [Validation] {
    let response = try await callForItself(ValidateBatchRequest(requests))
    guard response.responses.count == requests.count else {
      throw .protocolViolation("a batch has as many answers as requests")
    }
    return response.responses.map(Validation.init)
  }

  public func issue(_ request: IssueRequest) async throws(TesseraError) -> IssuedToken {
    let response = try await call(request, isRepeatable: !request.idempotencyKey.isEmpty)
    guard let token = response.token, response.replayed || response.value != nil else {
      throw .protocolViolation("the answer to Issue lacks the token or its value")
    }
    return IssuedToken(
      value: response.value, token: token, warnings: response.warnings,
      isReplay: response.replayed, revision: response.revision)
  }

  public func update(_ request: UpdateRequest) async throws(TesseraError) -> UpdatedToken {
    var isRepeatable = request.ifVersion != nil
    // A lifetime ends at another moment each time, so a repetition would be refused for its
    // version.
    if case .after = request.expiry { isRepeatable = false }
    let response = try await call(request, isRepeatable: isRepeatable)
    guard let token = response.token else {
      throw .protocolViolation("the answer to Update lacks the token")
    }
    return UpdatedToken(token: token, warnings: response.warnings, revision: response.revision)
  }

  public func regenerate(_ request: RegenerateRequest) async throws(TesseraError) -> IssuedToken {
    let response = try await call(request, isRepeatable: false)
    guard let token = response.token, let value = response.value else {
      throw .protocolViolation("the answer to Regenerate lacks the token or its value")
    }
    return IssuedToken(
      value: value, token: token, warnings: response.warnings, revision: response.revision)
  }

  public func revoke(_ request: RevokeRequest) async throws(TesseraError) -> RevocationReport {
    // By a filter without an end, a repetition would also revoke what was issued since.
    var isRepeatable = true
    if case .filter(let filter) = request.target { isRepeatable = filter.issuedBefore != nil }
    let response = try await call(request, isRepeatable: isRepeatable)
    return RevocationReport(response.outcomes, revision: response.revision)
  }

  public func importTokens(
    _ tokens: [ImportedToken]
  ) async throws(TesseraError) -> ImportReport {
    let response = try await call(ImportRequest(tokens), isRepeatable: false)
    guard response.outcomes.count == tokens.count else {
      throw .protocolViolation("an import has as many outcomes as tokens")
    }
    var outcomes: [ImportReport.Outcome] = []
    for outcome in response.outcomes { outcomes.append(try ImportReport.Outcome(outcome)) }
    return ImportReport(outcomes, revision: response.revision)
  }

  public func list(_ request: ListRequest) async throws(TesseraError) -> Page<Token> {
    let response = try await call(request)
    return Page(
      response.tokens, nextPageToken: response.nextPageToken, revision: response.revision)
  }

  public func token(_ id: TokenID) async throws(TesseraError) -> Token {
    guard let token = try await call(GetRequest(id)).token else {
      throw .protocolViolation("the answer to Get lacks the token")
    }
    return token
  }

  public func whoAmI() async throws(TesseraError) -> Caller {
    guard let caller = try await call(WhoAmIRequest()).caller else {
      throw .protocolViolation("the answer to WhoAmI lacks the caller")
    }
    return caller
  }

  public func health() async throws(TesseraError) -> HealthResponse {
    try await callForItself(HealthRequest())
  }
}

extension ImportReport.Outcome {
  init(_ outcome: ImportOutcome) throws(TesseraError) {
    if outcome.status != .ok {
      self = .refused((outcome.failure ?? Failure()).refusal(outcome.status))
    } else if let id = outcome.id {
      self = .imported(id)
    } else {
      throw .protocolViolation("a token was imported, and the answer lacks its id")
    }
  }
}
