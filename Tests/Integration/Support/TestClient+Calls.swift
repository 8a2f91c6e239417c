import Testing
import TesseraModel
import TesseraWire

/// The calls that many tests make.
extension TestClient {
  struct Issued {
    let value: Secret
    let id: TokenID
    let revision: Revision
  }

  static func request(
    _ kind: TokenKind, name: String = "test", _ change: (inout IssueRequest) -> Void = { _ in }
  ) -> IssueRequest {
    var request = IssueRequest(kind, name: name)
    switch kind {
    case .client, .frontend:
      request.projects = .one(ProjectID(unchecked: "default"))
      request.environment = EnvironmentID(unchecked: "production")
    case .personal: request.owner = UserID(unchecked: "ada")
    case .service: request.permissions = [PermissionGrant(.tokensValidate)]
    case .admin, .proxyKey: break
    }
    change(&request)
    return request
  }

  func issue(
    _ kind: TokenKind, name: String = "test", _ change: (inout IssueRequest) -> Void = { _ in }
  ) throws -> Issued {
    try Issued(call(TestClient.request(kind, name: name, change)))
  }

  func verdict(
    _ value: Secret, _ change: (inout ValidateRequest) -> Void = { _ in }
  ) throws -> Verdict? {
    try validate(value, change).verdict
  }

  func validate(
    _ value: Secret, _ change: (inout ValidateRequest) -> Void = { _ in }
  ) throws -> ValidateResponse {
    var request = ValidateRequest(token: value)
    change(&request)
    return try call(request)
  }

  @discardableResult
  func revoke(_ ids: [TokenID]) throws -> RevokeResponse { try call(RevokeRequest(.ids(ids))) }
}

extension TestClient.Issued {
  init(_ response: IssueResponse) throws {
    value = try #require(response.value)
    id = try #require(response.token?.id)
    revision = response.revision
  }
}
