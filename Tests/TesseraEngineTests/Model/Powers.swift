import TesseraModel

/// Who asks, as the model remembers it.
indirect enum PlainCaller {
  case token(TokenID, Digest)
  case certificate(String, [PermissionGrant]?)
  /// Signed in by password: which user of that name, and which of their passwords.
  case user(UserID, birth: Int, password: Int)
  /// Through a product that may act as anyone.
  case acting(UserID, birth: Int, through: PlainCaller)

  var actor: Actor? {
    switch self {
    case .token(let id, _): .token(id)
    case .certificate(let name, _): .certificate(name)
    case .user(let id, _, _): .user(id, through: nil)
    case .acting(let id, _, let through):
      if case .token(let token, _) = through {
        .user(id, through: token)
      } else {
        .user(id, through: nil)
      }
    }
  }
}

/// What a caller may do now.
struct Powers {
  var isAdmin = false
  /// Of a SERVICE token or a certificate.
  var grants: [PermissionGrant] = []
  /// Who acts by their own rights.
  var user: UserID?
  /// Of the PERSONAL token that a user came with.
  var scopes = ScopeSelection.kindDefault
  var token: TokenID?
  /// When the value stops that was shown.
  var expiresAt: Timestamp?

  static let everything = Powers(isAdmin: true)

  var isScoped: Bool { if case .some = scopes { true } else { false } }

  /// The kind of a proxy key is within a grant that names it or no kinds, and it is in no project.
  var mayLearnOfProxyKeys: Bool {
    isAdmin
      || grants.contains {
        $0.permission == .tokensValidate && $0.kinds?.contains(.proxyKey) ?? true
          && $0.projects == nil && $0.environments == nil
      }
  }
}

extension PlainAuthority {
  /// Who the caller is to the events: what a PERSONAL token does is its owner's doing.
  func actor(of caller: PlainCaller) -> Actor {
    if case .token(let id, _) = caller, let owner = tokens[id]?.owner {
      return .user(owner, through: id)
    }
    return caller.actor ?? .offline("nobody")
  }

  /// nil where what the caller showed has ended.
  func powers(of caller: PlainCaller, at now: Timestamp) -> Powers? {
    switch caller {
    case .certificate(_, nil): return .everything
    case .certificate(_, let grants?): return Powers(grants: grants)
    case .token(let id, let digest):
      guard let token = token(holding: digest), token.id == id, token.revocation == nil,
        end(of: digest, token).map({ now < $0 }) ?? true, token.kind.isSecret
      else { return nil }
      if let owner = token.owner, !isActive(owner) { return nil }
      return powers(of: token, end: end(of: digest, token))
    case .user(let id, let birth, let password):
      guard births[id] == birth, passwords[id] == password, isActive(id) else { return nil }
      return Powers(isAdmin: users[id]?.isAdmin == true, user: id)
    case .acting(let id, let birth, let through):
      guard let product = powers(of: through, at: now), births[id] == birth, isActive(id),
        product.user == nil,
        product.isAdmin || product.grants.contains(PermissionGrant(.usersActAs))
      else { return nil }
      return Powers(isAdmin: users[id]?.isAdmin == true, user: id)
    }
  }

  private func powers(of token: TokenRecord, end: Timestamp?) -> Powers {
    var powers = Powers(token: token.id, expiresAt: end)
    switch token.kind {
    case .admin: powers.isAdmin = true
    case .service: powers.grants = token.permissions
    case .personal:
      powers.user = token.owner
      powers.scopes = token.scopes
      powers.isAdmin = !powers.isScoped && token.owner.flatMap { users[$0]?.isAdmin } == true
    case .client, .frontend, .proxyKey: break
    }
    return powers
  }

  /// Whether the caller has the permission without any limit.
  func holds(_ powers: Powers, _ permission: Permission) -> Bool {
    if powers.isAdmin || powers.grants.contains(PermissionGrant(permission)) { return true }
    guard let user = powers.user.flatMap({ users[$0] }), !powers.isScoped else { return false }
    return grants(of: user).contains {
      $0.place == .global && $0.permissions.contains(permission)
    }
  }
}

extension PermissionGrant {
  private func fits(_ token: TokenRecord) -> Bool {
    if let kinds, !kinds.contains(token.kind) { return false }
    guard let environments else { return true }
    return token.environment.map { environments.contains($0) } ?? false
  }

  /// Whether a part of what the token opens is within the limits.
  func touches(_ token: TokenRecord) -> Bool {
    guard fits(token) else { return false }
    guard let projects else { return true }
    return switch token.projects {
    case .one(let project): projects.contains(project)
    case .list(let list): list.contains { projects.contains($0) }
    case .all: !projects.isEmpty
    case nil: false
    }
  }

  /// Whether all that it opens is.
  func encloses(_ token: TokenRecord) -> Bool {
    guard fits(token) else { return false }
    guard let projects else { return true }
    return switch token.projects {
    case .one(let project): projects.contains(project)
    case .list(let list): !list.isEmpty && list.allSatisfy { projects.contains($0) }
    case .all, nil: false
    }
  }
}
