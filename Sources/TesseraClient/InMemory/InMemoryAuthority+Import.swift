import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func importTokens(_ tokens: [ImportedToken]) throws(TesseraError) -> ImportReport {
    guard (1...Limits.tokensPerImport).contains(tokens.count) else {
      throw .invalid("tokens", "give 1 to \(Limits.tokensPerImport) tokens")
    }
    var outcomes: [ImportReport.Outcome] = []
    for token in tokens {
      do throws(TesseraError) {
        outcomes.append(.imported(try hold(token)))
      } catch {
        guard case .refused(let refusal) = error else { throw error }
        outcomes.append(.refused(refusal))
      }
    }
    let isChanged = outcomes.contains { if case .imported = $0 { true } else { false } }
    if isChanged { revision = revision.next }
    return ImportReport(outcomes, revision: revision)
  }

  private func hold(_ imported: ImportedToken) throws(TesseraError) -> TokenID {
    guard case .value(let value) = imported.credential else {
      throw .invalid("secret", "in memory a token is imported by its value")
    }
    let request = IssueRequest(imported)
    let kind = try check(request)
    guard let shape = unsafe TokenShape(value.bytes.span.bytes) else {
      throw .invalid("value", "this is no token's value")
    }
    if let field = fieldAgainst(shape, of: value, request) {
      throw .invalid(field, "the value shows another")
    }
    guard numbers[value] == nil else {
      throw .refused(Refusal(.alreadyExists, "a token with this value exists", field: "value"))
    }
    var token = try make(kind, request)
    if let moment = imported.createdAt {
      guard moment <= now else {
        throw .invalid("created_at", "a token was not created in the future")
      }
      token.createdAt = moment
    }
    if !TestValue.isWellFormed(value.bytes) { holdsUnchecked = true }
    numbers[value] = held.count
    held.append(Held(token: token, value: value))
    return token.id ?? TokenID(high: 0, low: 0)
  }

  /// The field that says something else than the value shows; nil where there is none.
  private func fieldAgainst(
    _ shape: TokenShape, of value: Secret, _ request: IssueRequest
  ) -> String? {
    switch shape {
    case .bare: return nil
    case .admin: return request.kind == .admin ? nil : "kind"
    case .personal: return request.kind == .personal ? nil : "kind"
    case .service: return request.kind == .service ? nil : "kind"
    case .placed(let projects, let environment):
      guard let asked = request.projects else { return "kind" }
      let shown = String(decoding: value.bytes[environment], as: UTF8.self)
      guard request.environment?.text == shown else { return "environment" }
      let expected =
        switch asked {
        case .one(let project): project.text
        case .list: "[]"
        case .all: "*"
        }
      return value.bytes[projects].elementsEqual(expected.utf8) ? nil : "projects"
    }
  }
}

extension IssueRequest {
  /// What would be asked to issue the token anew.
  fileprivate init(_ token: ImportedToken) {
    self.init()
    kind = token.kind
    name = token.name
    description = token.description
    owner = token.owner
    projects = token.projects
    environment = token.environment
    scopes = token.scopes
    permissions = token.permissions
    expiry = token.expiresAt.map(ExpiryChoice.at) ?? .never
  }
}
