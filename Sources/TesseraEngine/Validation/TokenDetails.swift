import TesseraModel

/// What a validation that asks for details learns beside the verdict.
public struct TokenDetails: Equatable, Sendable {
  public var name: String
  public var owner: UserID?
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  public var scopes: ScopeSelection
  public var expiresAt: Timestamp?
}

extension EngineReader {
  /// The details behind an ALLOWED answer, within the same epoch; nil for a proxy client key. Of a
  /// list of projects, the caller learns those within its own limits.
  public func details(_ answer: Answer, for caller: ValidationRights) -> TokenDetails? {
    guard answer.isOfToken else { return nil }
    var details = details(answer.credential, answer.id)
    if case .list(let projects) = details.projects, !caller.isUnlimited {
      details.projects = .list(projects.filter { caller.mayName(number(of: $0)) })
    }
    return details
  }

  /// The details of the token that a caller authenticated with, within the same epoch.
  public func details(of caller: Caller, now: Timestamp) -> TokenDetails? {
    guard case .token(let id, let digest, let credential, _) = caller,
      shared.liveFacts(credential, of: id, digest, now: now) != nil
    else { return nil }
    return details(credential, id)
  }

  private func details(_ number: CredentialNumber, _ id: TokenID) -> TokenDetails {
    let line = shared.slab.line(number)
    let facts = line.facts
    let key = shared.access.withAccess(facts.access) { $0.key }
    // Those of a previous value stand with the current one.
    let packed =
      shared.details.details(number)
      ?? shared.credential(of: id).flatMap { shared.details.details($0) }
    return TokenDetails(
      name: packed?.name ?? "", owner: key.owner, projects: key.projects,
      environment: name(of: facts.environment),
      scopes: key.scopes,
      expiresAt: line.end == CredentialSlab.never ? nil : Timestamp(microseconds: line.end))
  }
}
