import TesseraModel

/// What a token was issued for, as far as its value shows it; none of it ever changes but the
/// members of a list.
public struct IssuedFor: Equatable, Sendable {
  public var kind: TokenKind
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?

  public init(kind: TokenKind, projects: ProjectSelection?, environment: EnvironmentID?) {
    self.kind = kind
    self.projects = projects
    self.environment = environment
  }
}

extension EngineReader {
  /// What the values of a token begin with, for who makes it another one. Within an epoch; nil
  /// where there is no such token.
  public func issuedFor(_ id: TokenID) -> IssuedFor? {
    guard let number = shared.credential(of: id) else { return nil }
    let facts = shared.slab.line(number).facts
    return IssuedFor(
      kind: facts.kind, projects: shared.access.withAccess(facts.access) { $0.key.projects },
      environment: name(of: facts.environment))
  }
}
