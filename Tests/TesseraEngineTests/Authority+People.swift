import TesseraModel

@testable import TesseraEngine

extension Revocation {
  static let sample = Revocation(
    at: Timestamp(microseconds: 1_800_000_000_000_000), by: .offline("test"), reason: "gone")
}

extension Authority {
  mutating func remove(_ key: RegistryKey) { apply(.removeEntry(key, .sample)) }

  mutating func put(_ entry: RegistryEntry) { apply(.putEntry(entry)) }

  mutating func put(
    _ id: UserID, _ grants: [Grant] = [], roles: [RoleName] = [],
    _ change: (inout UserRecord) -> Void = { _ in }
  ) {
    var user = UserRecord(
      id, grants: grants, roles: roles, createdAt: now, createdBy: .offline("test"))
    change(&user)
    apply(.putUser(user))
  }

  /// What bob holds by these grants.
  mutating func holder(_ grants: [Grant]) -> UserRights? {
    put(.bob, grants)
    return engine.shared.user(.bob)
  }

  /// The verdict for a token's current value, asked by names.
  func verdict(
    _ token: TokenRecord, _ project: ProjectID? = nil, _ method: MethodName? = nil,
    in environment: EnvironmentID? = nil
  ) -> Verdict {
    verdict(
      token.credentials.current,
      Question(
        kinds: .all, project: project.map { number($0) } ?? .none,
        environment: environment.map { number($0) } ?? .none,
        method: method.map { number($0) } ?? .none))
  }

  func held(_ token: TokenRecord) -> TokenRecord? { engine.token(token.id) }

  /// The tokens that a list shows to everyone's admin.
  func listed(_ change: (inout TokenFilter) -> Void) -> [TokenID] {
    guard let rights = rights(root) else { return [] }
    var filter = TokenFilter()
    change(&filter)
    return engine.list(
      after: nil, examining: 1_000, limit: 1_000, filter, for: rights, now: now
    ).elements.map(\.record.id)
  }
}

extension PasswordHash {
  static func sample(_ byte: UInt8) -> PasswordHash {
    PasswordHash(
      salt: [byte], key: [byte, byte], logCost: 4, blockSize: 8, parallelism: 1)
  }
}
