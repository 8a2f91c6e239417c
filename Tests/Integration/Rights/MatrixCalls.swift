import TesseraCrypto
import TesseraModel
import TesseraWire

/// What the matrix's rows call, each about something that was made for it.
extension Matrix {
  /// What became of a call: the status that it ended with, or of a call that has outcomes, what
  /// would have been the status of the one it asked for alone.
  enum End: String {
    case done = "ok"
    case unauthenticated = "unauth"
    case denied = "denied"
    case notFound = "none"
    case unmet = "unmet"
    case unimplemented = "unimpl"
    case invalid = "invalid"

    init(_ code: StatusCode) throws {
      switch code {
      case .ok: self = .done
      case .unauthenticated: self = .unauthenticated
      case .permissionDenied: self = .denied
      case .notFound: self = .notFound
      case .failedPrecondition: self = .unmet
      case .unimplemented: self = .unimplemented
      case .invalidArgument: self = .invalid
      default: throw TestFailure("\(code)")
      }
    }
  }

  func end(_ request: some RequestMessage) throws -> End {
    do {
      _ = try client.call(request)
      return .done
    } catch let refusal as Refusal {
      return try End(refusal.code)
    }
  }

  /// The same, with the context that the caller's requests carry.
  func made(_ request: some ContextualRequest) throws -> End {
    var request = request
    request.context = context
    return try end(request)
  }

  /// A validation that asks for both kinds by name, so that NOT_FOUND is said of what the caller
  /// does not reach, and of nothing else.
  func validated(_ token: TestClient.Issued) throws -> End {
    var request = ValidateRequest(token: token.value)
    request.kinds = [KindSet(.client), KindSet(.frontend)]
    do {
      switch try client.call(request).verdict {
      case .allowed: return .done
      case .notFound: return .notFound
      case let verdict: throw TestFailure("\(verdict.debugDescription)")
      }
    } catch let refusal as Refusal {
      return try End(refusal.code)
    }
  }

  func revoked(_ target: RevokeRequest.Target) throws -> End {
    var request = RevokeRequest(target)
    request.context = context
    do {
      switch try client.call(request).outcomes.first?.result {
      case .revoked: return .done
      case .notFound, nil: return .notFound
      case .permissionDenied: return .denied
      case .alreadyRevoked: throw TestFailure("it was revoked before")
      }
    } catch let refusal as Refusal {
      return try End(refusal.code)
    }
  }

  func imported(_ token: ImportedToken) throws -> End {
    var request = ImportRequest([token])
    request.context = context
    do {
      guard let outcome = try client.call(request).outcomes.first else { return .notFound }
      return try End(outcome.status)
    } catch let refusal as Refusal {
      return try End(refusal.code)
    }
  }

  /// A frame of a method that has no request in this version.
  func end(_ method: TesseraModel.Method) throws -> End {
    let number = client.nextNumber()
    try client.send(Frames.request(method, [], number))
    return try End(client.answer(to: number).0.status)
  }

  // MARK: What rows call about

  func token(
    _ kind: TokenKind = .client, _ project: ProjectID = "project-a",
    in environment: EnvironmentID = "production"
  ) throws -> TestClient.Issued {
    try product.client(.one(project), environment, kind: kind)
  }

  func token(_ project: ProjectID) throws -> TestClient.Issued { try token(.client, project) }

  func issue(
    _ kind: TokenKind, _ change: (inout IssueRequest) -> Void = { _ in }
  ) -> IssueRequest {
    TestClient.request(kind) {
      if kind.isBoundToEnvironment { $0.projects = .one("project-a") }
      if kind == .personal { $0.owner = "ada" }
      change(&$0)
    }
  }

  func update(_ id: TokenID) -> UpdateRequest {
    var request = UpdateRequest(id)
    request.name = "changed"
    return request
  }

  func update(_ id: UserID) -> UpdateUserRequest {
    var request = UpdateUserRequest(id)
    request.name = "Changed"
    return request
  }

  func create(_ id: UserID, _ grants: [Grant]) -> CreateUserRequest {
    var request = CreateUserRequest(id)
    request.grants = grants
    return request
  }

  /// A token of another authority, of which each is another.
  func foreign(_ name: String, _ kind: TokenKind = .client) -> ImportedToken {
    let bytes = Array(name.utf8)
    var token = ImportedToken(kind, .sha256(unsafe SHA256.digest(of: bytes.span.bytes)))
    token.projects = .one("project-a")
    token.environment = "production"
    return token
  }
}
