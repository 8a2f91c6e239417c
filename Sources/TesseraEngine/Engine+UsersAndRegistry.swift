import TesseraModel

/// The registry and the users, for who reads whole records: each under one short lock.
extension Engine {
  public func entry(_ key: RegistryKey) -> RegistryEntry? { ledger.withLock { $0.registry[key] } }

  /// Up to `limit` entries of a type whose names follow `name`, from the first where it is nil, in
  /// order of their names.
  public func entries(
    _ type: RegistryType, after name: String? = nil, limit: Int
  ) -> [RegistryEntry] {
    ledger.withLock { $0.registry.entries(type, after: name, limit: limit) }
  }

  public func user(_ id: UserID) -> UserRecord? { ledger.withLock { $0.owners[id]?.record } }

  /// The user's tokens that are not revoked.
  public func tokenCount(of owner: UserID) -> Int { ledger.withLock { $0.tokenCount(of: owner) } }

  /// How many tokens that are not revoked one user may have from here on. Who has more keeps them.
  public func limitTokens(perOwner count: Int) { ledger.withLock { $0.tokensPerOwner = count } }

  /// Up to `limit` users after `id`, from the first where it is nil, in order of their ids.
  public func users(after id: UserID?, limit: Int) -> [UserRecord] {
    ledger.withLock { $0.owners.users(after: id, limit: limit) }
  }

  /// Who a user is who shows their password, and what that must fit; nil where there is no such
  /// user, or they are disabled or have none.
  public func signIn(_ id: UserID) -> (session: UserSession, password: PasswordHash)? {
    ledger.withLock { ledger in
      guard let owner = ledger.owners[id], owner.isActive, let password = owner.record?.password
      else { return nil }
      let session = UserSession(
        user: id, number: owner.number, passwordVersion: owner.passwordVersion)
      return (session, password)
    }
  }
}
