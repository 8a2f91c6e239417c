import TesseraModel
import TesseraWire

/// Calls about users.
extension TestClient {
  func signIn(_ user: String, _ password: String) -> AuthenticateRequest {
    var request = AuthenticateRequest()
    request.credential = .password(Password(user: user, password: Secret(password)))
    return request
  }

  @discardableResult
  func create(
    _ user: UserID, password: String? = nil, _ change: (inout CreateUserRequest) -> Void = { _ in }
  ) throws -> CreateUserResponse {
    var request = CreateUserRequest(user)
    request.password = password.map { Secret($0) }
    change(&request)
    return try call(request)
  }

  /// A PERSONAL token's value, which an administrator issues for a user.
  func personal(_ owner: UserID) throws -> Issued { try issue(.personal) { $0.owner = owner } }
}

extension ContextualRequest {
  /// The same request, confirmed with a password or made for a user.
  func with(password: String? = nil, actAs user: UserID? = nil) -> Self {
    var request = self
    request.context = CallContext(actAs: user, password: password.map { Secret($0) })
    return request
  }
}
