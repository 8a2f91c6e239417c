import SimulatedMachine
import TesseraModel

extension Samples {
  static let texts = [
    "", "a", "fifteen-bytes-x", "sixteen-bytes-xy", "żółć 🔑", "\u{0}",
    String(repeating: "é", count: 500),
  ]
  static let times: [Timestamp] = [
    .earliest, .latest, Timestamp(microseconds: 0), Timestamp(microseconds: -1),
    Timestamp(microseconds: 1), Timestamp(microseconds: .max), Timestamp(microseconds: .min),
  ]
  static let ids = [TokenID(high: 0, low: 0), TokenID(high: .max, low: .max), id(77)]
  static let digests = [Digest(0, 0, 0, 0), Digest(.max, .max, .max, .max), digest(5)]
  static let actors: [Actor] =
    ids.map { .token($0) } + texts.map { .certificate($0) } + texts.map { .offline($0) }
    + ([nil] + ids).map { .user("u", through: $0) }
    + texts.map { .user(UserID(unchecked: $0), through: nil) }

  static func names<N: Name>(_ count: Int) -> [N] {
    (0..<count).map { N(unchecked: "name-\($0)-" + String(repeating: "x", count: $0 % 90)) }
  }

  static let projects: [ProjectSelection?] = [
    nil, .all, .list([]), .list(names(1)), .list(names(Limits.projectsPerToken)),
    .one(ProjectID(unchecked: "p")), .one(ProjectID(unchecked: String(repeating: "p", count: 100))),
  ]

  static let scopes: [ScopeSelection] = [
    .kindDefault, .all, .some(sets: [], methods: []), .some(sets: names(1), methods: []),
    .some(sets: [], methods: names(1)),
    .some(sets: names(Limits.setsPerToken), methods: names(Limits.methodsPerToken)),
  ]

  static let grants: [PermissionGrant] =
    Permission.allCases.map { PermissionGrant($0) } + [
      PermissionGrant(.tokensIssue, kinds: []), PermissionGrant(.tokensIssue, kinds: .all),
      PermissionGrant(.tokensRead, projects: []), PermissionGrant(.tokensRead, projects: names(3)),
      PermissionGrant(.tokensRead, environments: []),
      PermissionGrant(.tokensRead, kinds: .secret, projects: names(2), environments: names(200)),
    ]

  static let previous: [Credentials.Previous?] =
    [nil] + times.map { Credentials.Previous(digest: digest(9), validUntil: $0) }
    + [Credentials.Previous(digest: digest(9), isUnchecked: true, validUntil: .latest)]

  static let revocations: [Revocation?] =
    [nil] + actors.map { Revocation(at: times[0], by: $0, reason: "why") }
    + texts.map { Revocation(at: times[2], by: actors[0], reason: $0) }

  /// Records in which every field in turn takes each of its edge values. The golden directory holds
  /// them in this order: those of new fields are appended.
  static var edgeRecords: [TokenRecord] {
    var records: [TokenRecord] = []
    func vary<Value>(_ values: [Value], _ field: WritableKeyPath<TokenRecord, Value>) {
      for value in values {
        var record = record(3)
        record[keyPath: field] = value
        records.append(record)
      }
    }
    vary(ids, \.id)
    vary(TokenKind.allCases, \.kind)
    vary(texts, \.name)
    vary(texts, \.description)
    vary([nil, UserID(unchecked: "u"), UserID(unchecked: "a.b~c_d-e")], \.owner)
    vary(projects, \.projects)
    vary([nil] + names(3).map { Optional($0) }, \.environment)
    vary(scopes, \.scopes)
    vary([[], [grants[0]], grants], \.permissions)
    vary(times, \.createdAt)
    vary(actors, \.createdBy)
    vary([nil] + times.map { Optional($0) }, \.expiresAt)
    vary(digests, \.credentials.current)
    vary(previous, \.credentials.previous)
    vary(revocations, \.revocation)
    vary([0, 1, .max], \.version)
    vary([false, true], \.credentials.isUnchecked)
    return records
  }

  /// A record of random parts.
  static func randomRecord(using random: inout SeededGenerator) -> TokenRecord {
    let edges = (0..<16).map { _ in edgeRecordPool.randomElement(using: &random)! }
    return TokenRecord(
      id: edges[0].id, kind: edges[1].kind, name: edges[2].name, description: edges[3].description,
      owner: edges[4].owner, projects: edges[5].projects, environment: edges[6].environment,
      scopes: edges[7].scopes, permissions: edges[8].permissions, createdAt: edges[9].createdAt,
      createdBy: edges[10].createdBy, expiresAt: edges[11].expiresAt,
      credentials: Credentials(
        current: edges[12].credentials.current, isUnchecked: .random(using: &random),
        previous: edges[13].credentials.previous),
      revocation: edges[14].revocation, version: edges[15].version)
  }

  private static let edgeRecordPool = edgeRecords
}
