import TesseraModel

/// Nobody opens more than they hold.
extension PlainAuthority {
  /// Whether the caller might issue anything at all.
  func mayIssueSome(_ powers: Powers) -> Bool {
    powers.isAdmin || powers.user != nil
      || powers.grants.contains { $0.permission == .tokensIssue }
  }

  /// Whether the caller might issue the token as it is.
  func mayIssue(_ token: TokenRecord, _ powers: Powers) -> Bool {
    if powers.isAdmin { return true }
    if token.kind == .admin || token.kind == .service || token.kind == .proxyKey { return false }
    if let user = powers.user { return mayIssue(token, user, powers) }
    guard mayMake(for: token.owner, powers) else { return false }
    return powers.grants.contains { $0.permission == .tokensIssue && $0.encloses(token) }
  }

  private func mayIssue(_ token: TokenRecord, _ user: UserID, _ powers: Powers) -> Bool {
    let asked = knownMethods(token.scopes, of: token.kind)
    guard isWithinScopes(token, powers) else { return false }
    if token.kind == .personal { return isOwn(token, user) }
    return mayCreate(user, token.projects)
      && holds(user, in: token.projects, asked, beside: methods(.kindDefault, of: token.kind))
  }

  /// Through a scoped PERSONAL token there is nothing that opens more methods.
  func isWithinScopes(_ token: TokenRecord, _ powers: Powers) -> Bool {
    !powers.isScoped
      || methods(powers.scopes, of: .personal).contains(knownMethods(token.scopes, of: token.kind))
  }

  /// A token of this user, and not of who had the id before: theirs ended with them.
  func isOwn(_ token: TokenRecord, _ user: UserID) -> Bool {
    guard token.owner == user, let since = users[user]?.createdAt else { return false }
    return token.revocation.map { $0.at >= since } ?? true
  }

  /// What an administrator's token opens is more than any SERVICE caller holds, and with a user's
  /// permissions, or what they issue, nobody gets what they do not have.
  func mayMake(for owner: UserID?, _ powers: Powers) -> Bool {
    guard let user = owner.flatMap({ users[$0] }) else { return true }
    let issuesAnywhere =
      powers.isAdmin
      || powers.grants.contains { grant in
        grant.permission == .tokensIssue && grant.projects == nil && grant.environments == nil
          && [TokenKind.client, .frontend].allSatisfy { grant.kinds?.contains($0) ?? true }
      }
    guard issuesAnywhere || !grants(of: user).contains(where: \.createsTokens) else {
      return false
    }
    return !user.isAdmin
      && grants(of: user).flatMap(\.permissions).allSatisfy { holds(powers, $0) }
  }

  /// What scopes name of methods that there are: the rest is refused for itself.
  func knownMethods(_ scopes: ScopeSelection, of kind: TokenKind) -> MethodsOpened {
    guard case .some(let methods) = methods(scopes, of: kind) else { return .all }
    return .some(methods.filter { exists(.method($0)) })
  }

  /// What a scoped PERSONAL token makes ends with it.
  func outlivesNothing(_ token: TokenRecord, _ powers: Powers) -> Bool {
    guard powers.isScoped, let cap = powers.expiresAt else { return true }
    return token.expiresAt.map { $0 <= cap } ?? false
  }

  /// Whether the caller may take the token's rights away.
  func mayRevoke(_ token: TokenRecord, _ powers: Powers) -> Bool {
    if powers.isAdmin || token.id == powers.token { return true }
    if let user = powers.user {
      guard isWithinScopes(token, powers) else { return false }
      return isOwn(token, user)
        || (token.kind.isBoundToEnvironment && mayCreate(user, token.projects))
    }
    return powers.grants.contains { $0.permission == .tokensRevoke && $0.encloses(token) }
  }

  /// The token as the caller sees it; nil where it does not.
  func shown(_ token: TokenRecord, to powers: Powers) -> TokenRecord? {
    if powers.isAdmin || token.id == powers.token { return token }
    if let user = powers.user {
      guard isWithinScopes(token, powers) else { return nil }
      if token.kind == .personal { return isOwn(token, user) ? token : nil }
      return shown(token, { mayRead(user, $0) }, seesSome: mayReadSome(user))
    }
    let grants = powers.grants.filter { $0.permission == .tokensRead && $0.touches(token) }
    guard !grants.isEmpty else { return nil }
    guard case .list(let projects) = token.projects else { return token }
    var shown = token
    shown.projects = .list(
      projects.filter { project in grants.contains { $0.projects?.contains(project) ?? true } })
    return shown
  }

  /// The token as it is shown to who sees these projects.
  private func shown(
    _ token: TokenRecord, _ sees: (ProjectID) -> Bool, seesSome: Bool
  ) -> TokenRecord? {
    switch token.projects {
    case .one(let project): return sees(project) ? token : nil
    case .list(let projects):
      let seen = projects.filter(sees)
      guard !seen.isEmpty else { return nil }
      var shown = token
      shown.projects = .list(seen)
      return shown
    case .all: return seesSome ? token : nil
    case nil: return nil
    }
  }
}
