import TesseraEngine
import TesseraModel

/// Random commands and questions over a world so small that names collide, come and go.
struct HistoryGenerator {
  var random: SeededGenerator
  private var values: UInt64 = 0
  /// Values that were made, among them those of tokens that are gone and of changes that failed.
  private(set) var made: [Digest] = []

  /// What the user holds who acts; empty where none does.
  var held: [Grant] = []

  init(_ random: SeededGenerator) { self.random = random }

  static let projects: [ProjectID] = ["default", "red", "green", "blue"]
  static let environments: [EnvironmentID] = ["development", "production", "staging"]
  static let methods: [MethodName] = [
    "features.read", "features.evaluate", "applications.register", "metrics.send", "jobs.run",
    "jobs.stop", "jobs.look",
  ]
  static let sets: [ScopeSetName] = ["CLIENT", "FRONTEND", "IDE Plugins", "Operators", "Nothing"]
  static let roles: [RoleName] = ["Reader", "Writer", "Release Manager"]
  static let users: [UserID] = ["ada", "bob", "cyd", "dan", "eve"]

  // MARK: Choices

  mutating func chance(_ percent: Int) -> Bool { random.chance(percent) }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func one<Element>(of elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  /// Some of them, in any order, perhaps one twice.
  mutating func some<Element>(of elements: [Element], _ counts: ClosedRange<Int>) -> [Element] {
    (0..<number(counts)).map { _ in one(of: elements) }
  }

  mutating func maybe<Value>(_ percent: Int, _ value: (inout Self) -> Value) -> Value? {
    chance(percent) ? value(&self) : nil
  }

  // MARK: Values

  mutating func newDigest() -> Digest {
    values += 1
    let digest = Digest.sample(1_000_000 + values)
    made.append(digest)
    return digest
  }

  mutating func newEntropy() -> UInt64 { random.next() }

  /// A value that was made lately: it may be held, have been withdrawn, or never have come to be.
  mutating func recentDigest() -> Digest {
    made.isEmpty ? .sample(1) : made[made.count - number(1...min(400, made.count))]
  }

  /// One that is not revoked more often than not.
  mutating func token(in model: PlainAuthority) -> TokenID {
    if model.order.isEmpty || chance(3) { return TokenID(high: 7, low: 7) }
    for _ in 0..<3 {
      let id = one(of: model.order)
      if model.tokens[id]?.revocation == nil { return id }
    }
    return one(of: model.order)
  }

  /// A value that a token of the model has, mostly.
  mutating func digest(in model: PlainAuthority) -> Digest {
    if !model.proxyKeys.isEmpty, chance(4) { return one(of: model.proxyKeys) }
    guard chance(90), let token = model.tokens[token(in: model)] else { return recentDigest() }
    guard let previous = token.credentials.previous, chance(50) else {
      return token.credentials.current
    }
    return previous.digest
  }

  /// One of the names, for which there is such an entry more often than not.
  mutating func known<Element>(
    _ names: [Element], in model: PlainAuthority, _ key: (Element) -> RegistryKey
  ) -> Element {
    let name = one(of: names)
    return model.exists(key(name)) || chance(10) ? name : one(of: names)
  }

  mutating func project(in model: PlainAuthority) -> ProjectID {
    if !held.isEmpty, chance(50), case .project(let project) = one(of: held).place {
      return project
    }
    return anyProject(in: model)
  }

  private mutating func anyProject(in model: PlainAuthority) -> ProjectID {
    known(HistoryGenerator.projects, in: model) { .project($0) }
  }

  mutating func environment(in model: PlainAuthority) -> EnvironmentID {
    known(HistoryGenerator.environments, in: model) { .environment($0) }
  }

  mutating func method(in model: PlainAuthority) -> MethodName {
    known(HistoryGenerator.methods, in: model) { .method($0) }
  }

  mutating func user(in model: PlainAuthority) -> UserID {
    let user = one(of: HistoryGenerator.users)
    return model.users[user] != nil || chance(10) ? user : one(of: HistoryGenerator.users)
  }

  mutating func scopes(in model: PlainAuthority) -> ScopeSelection {
    switch number(0...9) {
    case 0: .kindDefault
    case 1: .all
    default:
      .some(
        sets: some(of: HistoryGenerator.sets, 0...2).filter { model.exists(.scopeSet($0)) },
        methods: some(of: HistoryGenerator.methods, 0...3).filter { model.exists(.method($0)) })
    }
  }

  /// A lifetime of hours or weeks; now and then one that there cannot be.
  mutating func lifetime() -> Duration {
    switch number(0...29) {
    case 0: .zero
    case 1: .seconds(-5)
    case 2: .seconds(500 * 366 * 86_400)
    case 3...10: .seconds(number(1...7_200))
    default: .seconds(number(3_600...4_000_000))
    }
  }

  /// Up to so many seconds ago, or the very moment at which something happened to a token.
  mutating func moment(
    in model: PlainAuthority, upTo seconds: Int, before now: Timestamp
  ) -> Timestamp {
    if chance(30), let token = model.tokens[token(in: model)] {
      return one(of: [token.createdAt, token.expiresAt, token.revocation?.at].compactMap { $0 })
    }
    return now + .seconds(-number(0...seconds))
  }

  mutating func expiry(at now: Timestamp) -> Expiry {
    switch number(0...9) {
    case 0...3: .unspecified
    case 4...6: .after(lifetime())
    case 7...8: .at(now + lifetime())
    default: .never
    }
  }
}
