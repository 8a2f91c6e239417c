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
    let imported = outcomes.compactMap { if case .imported(let id) = $0 { id } else { nil } }
    if !imported.isEmpty {
      let made = held.suffix(imported.count).map { FieldTexts($0.token) }
      note(.tokenImported, FieldChange.common(to: made), tokens: imported)
    }
    return ImportReport(outcomes, revision: revision)
  }

  private func hold(_ imported: ImportedToken) throws(TesseraError) -> TokenID {
    guard let kind = imported.kind else { throw .invalid("kind", "say what kind of token") }
    guard case .value(let value) = imported.credential else {
      throw .invalid("secret", "in memory a token is imported by its value")
    }
    do throws(Refusal) {
      try TokenShape.check(
        value.bytes, shows: kind, imported.projects, imported.environment)
    } catch {
      throw .refused(error)
    }
    let request = IssueRequest(imported)
    _ = try checkShape(request)
    let createdAt = imported.createdAt ?? now
    guard createdAt >= .earliest, createdAt <= now else {
      throw .invalid("created_at", "a token was not created in the future")
    }
    var token = try make(kind, request)
    token.createdAt = createdAt
    try checkNames(request)
    guard numbers[value] == nil else {
      throw .refused(Refusal(.alreadyExists, "a token with this value exists", field: "value"))
    }
    try checkRoom(for: token.owner)
    if !TestValue.isWellFormed(value.bytes) { holdsUnchecked = true }
    numbers[value] = held.count
    held.append(Held(token: token, value: value))
    return token.id ?? TokenID(high: 0, low: 0)
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
    expiry = token.expiresAt.map(ExpiryChoice.at)
  }
}
