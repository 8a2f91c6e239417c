import TesseraModel

extension Samples {
  /// The change with this revision: most put a token, and of twenty in a row there is one at least
  /// of every kind.
  static func entry(_ revision: UInt64) -> JournalEntry {
    let at = Timestamp(microseconds: 1_700_000_000_000_000 + Int64(revision))
    let (kind, mutation) = change(revision, at)
    return JournalEntry(
      revision: Revision(rawValue: revision), at: at,
      actor: revision % 4 == 0 ? .user("anna", through: nil) : .token(id(1)), kind: kind,
      changes: revision % 6 == 0 ? [FieldChange("description", after: "\(revision)")] : [],
      mutation: mutation)
  }

  static func entries(_ revisions: ClosedRange<UInt64>) -> [JournalEntry] { revisions.map(entry) }

  private static func change(_ revision: UInt64, _ at: Timestamp) -> (EventKind, Mutation) {
    let left = Revocation(at: at, by: .token(id(1)), reason: "left")
    switch revision % 20 {
    case 5, 10, 15, 0: return (.tokenRevoked, .revokeTokens([id(revision - 1)], left))
    case 6:
      let project = RegistryEntry.Project("shop", description: "\(revision)")
      return (.entryCreated, .putEntry(.project(project)))
    case 7: return (.userCreated, .putUser(user(revision)))
    case 8: return (.tokenIssued, .putToken(record(revision, of: "anna"), idempotency: nil))
    case 9:
      var record = record(revision)
      record.projects = .one("shop")
      return (.tokenIssued, .putToken(record, idempotency: idempotency(revision)))
    case 11:
      return (.tokenImported, .putTokens([record(revision), record(revision + 1_000_000)]))
    case 12: return (.entryCreated, .putEntry(.role(role(revision))))
    case 13: return (.entryRemoved, .removeEntry(.project("shop"), left))
    case 16: return (.userRemoved, .removeUser("anna", left))
    case 17: return (.tokenPurged, .removeTokens([id(revision - 3), id(revision - 6)]))
    default:
      let key = revision % 3 == 0 ? idempotency(revision) : nil
      return (.tokenIssued, .putToken(record(revision), idempotency: key))
    }
  }

  static func user(_ number: UInt64) -> UserRecord {
    UserRecord(
      "anna", name: "Anna \(number)",
      password: PasswordHash(
        salt: [UInt8](repeating: 7, count: 16), key: [UInt8](repeating: 9, count: 32), logCost: 15,
        blockSize: 8, parallelism: 1),
      grants: [Grant(.project("shop"), createsTokens: true)], roles: ["Release Manager"],
      createdAt: Timestamp(microseconds: Int64(number)), createdBy: .token(id(1)))
  }

  static func role(_ number: UInt64) -> RegistryEntry.Role {
    RegistryEntry.Role(
      "Release Manager", description: "\(number)",
      grants: [Grant(.allProjects, scopes: .some(sets: ["CLIENT"], methods: []))])
  }

  private static func record(_ number: UInt64, of owner: UserID) -> TokenRecord {
    TokenRecord(
      id: id(number), kind: .personal, name: "laptop", owner: owner,
      createdAt: Timestamp(microseconds: Int64(number)), createdBy: .user(owner, through: id(2)),
      credentials: Credentials(current: digest(number), isUnchecked: true))
  }
}
