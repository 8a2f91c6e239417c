import TesseraModel
import TesseraWire

// What events tell of the fields of tokens and users, as they are shown.

extension FieldTexts {
  /// - Precondition: the token is one that was made here, and so has a kind.
  init(_ token: Token) {
    guard let kind = token.kind else { preconditionFailure("a token without a kind") }
    self.init(
      kind: kind, name: token.name, description: token.description, owner: token.owner,
      projects: token.projects, environment: token.environment,
      scopes: token.scopes ?? .kindDefault, permissions: token.permissions,
      expiresAt: token.expiresAt)
  }

  init(_ user: User) {
    self.init(
      name: user.name, grants: user.grants, roles: user.roles, isAdmin: user.isAdmin,
      isDisabled: user.isDisabled)
  }
}

extension FieldChange {
  static func between(_ old: Token?, _ new: Token) -> [FieldChange] {
    between(old.map { FieldTexts($0) }, FieldTexts(new))
  }

  static func between(_ old: User?, _ new: User) -> [FieldChange] {
    between(old.map { FieldTexts($0) }, FieldTexts(new))
  }
}
