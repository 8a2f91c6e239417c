import TesseraModel
import Testing

@testable import TesseraEngine

/// Random changes of the registry, of users and of tokens; and a snapshot that is taken while they
/// go on, which the changes since make whole.
@Suite struct PeopleHistoryTests {
  private struct History: ~Copyable {
    var generator = SeededGenerator()
    let engine: Engine
    var entries: [JournalEntry] = []
    var values: UInt64 = 1
    let now = Timestamp(microseconds: 1_800_000_000_000_000)

    init() { engine = Engine(hashKey: (1, 2), registry: .sample) }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
      elements.randomElement(using: &generator)
    }

    mutating func some<Element>(_ elements: [Element], _ percent: Int = 40) -> [Element] {
      elements.filter { _ in generator.chance(percent) }
    }

    func names(_ type: RegistryType) -> [String] {
      engine.entries(type, limit: .max).map(\.key.text)
    }

    mutating func scopes() -> ScopeSelection {
      if generator.chance(20) { return .all }
      return .some(
        sets: some(names(.scopeSet)).map { ScopeSetName(unchecked: $0) },
        methods: some(names(.method)).map { MethodName(unchecked: $0) })
    }

    mutating func grants() -> [Grant] {
      var grants = some(names(.project)).map { Grant(.project(ProjectID(unchecked: $0))) }
      if generator.chance(20) { grants.append(Grant(.allProjects)) }
      if generator.chance(30) { grants.append(Grant(.global, permissions: [.usersRead])) }
      for index in grants.indices where generator.chance(70) { grants[index].scopes = scopes() }
      return grants
    }

    mutating func entry() -> RegistryEntry {
      let name = "n\(Int.random(in: 0..<5, using: &generator))"
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: return .project(.init(ProjectID(unchecked: name)))
      case 1: return .environment(.init(EnvironmentID(unchecked: name)))
      case 2: return .method(.init(MethodName(unchecked: name)))
      case 3:
        let methods = some(names(.method)).map { MethodName(unchecked: $0) }
        return .scopeSet(.init(ScopeSetName(unchecked: name), methods: methods))
      default: return .role(.init(RoleName(unchecked: name), grants: grants()))
      }
    }

    mutating func user() -> UserRecord {
      UserRecord(
        UserID(unchecked: "u\(Int.random(in: 0..<6, using: &generator))"),
        password: generator.chance(30) ? .sample(UInt8.random(in: 0...3, using: &generator)) : nil,
        isAdmin: generator.chance(10), isDisabled: generator.chance(20), grants: grants(),
        roles: some(names(.role)).map { RoleName(unchecked: $0) }, createdAt: now,
        createdBy: .offline("test"))
    }

    mutating func token() -> TokenRecord? {
      values += 1
      var record = TokenRecord(
        id: TokenID(high: 2, low: values), kind: .client, name: "", createdAt: now,
        createdBy: .offline("test"), credentials: Credentials(current: .sample(values)))
      if generator.chance(40) {
        guard let user = pick(engine.users(after: nil, limit: .max)) else { return nil }
        record.kind = .personal
        record.owner = user.id
        if generator.chance(50) { record.scopes = scopes() }
        return record
      }
      let projects = names(.project).map { ProjectID(unchecked: $0) }
      guard let environment = pick(names(.environment)), let project = pick(projects) else {
        return nil
      }
      record.kind = generator.chance(50) ? .client : .frontend
      record.environment = EnvironmentID(unchecked: environment)
      record.projects =
        generator.chance(40)
        ? .one(project) : generator.chance(70) ? .list(some(projects)) : .all
      if generator.chance(60) { record.scopes = scopes() }
      return record
    }

    mutating func service() -> TokenRecord {
      values += 1
      let projects = some(names(.project)).map { ProjectID(unchecked: $0) }
      let environments = some(names(.environment)).map { EnvironmentID(unchecked: $0) }
      return TokenRecord(
        id: TokenID(high: 2, low: values), kind: .service, name: "",
        permissions: [
          PermissionGrant(.tokensValidate, projects: projects, environments: environments)
        ], createdAt: now, createdBy: .offline("test"),
        credentials: Credentials(current: .sample(values)))
    }

    mutating func mutation() -> Mutation? {
      let revocation = Revocation(at: now, by: .offline("test"), reason: "\(entries.count)")
      switch Int.random(in: 0..<100, using: &generator) {
      case 0..<20: return .putEntry(entry())
      case 20..<30:
        let all = engine.registryEntries.map(\.key).filter {
          if case .scopeSet(let name) = $0 { !name.isBuiltIn } else { true }
        }
        return pick(all).map { .removeEntry($0, revocation) }
      case 30..<45: return .putUser(user())
      case 45..<50:
        return pick(engine.users(after: nil, limit: .max)).map { .removeUser($0.id, revocation) }
      case 50..<55: return .putToken(service(), idempotency: nil)
      case 55..<80: return token().map { .putToken($0, idempotency: nil) }
      default:
        guard var record = pick(engine.records(after: nil, limit: .max))?.record else { return nil }
        if generator.chance(25) { return .removeTokens([record.id]) }
        guard record.revocation == nil else { return nil }
        if generator.chance(30) { return .revokeTokens([record.id], revocation) }
        let old = record.credentials.current
        values += 1
        record.version += 1
        record.credentials = Credentials(
          current: .sample(values),
          previous: generator.chance(50) ? .init(digest: old, validUntil: .latest) : nil)
        return .putToken(record, idempotency: nil)
      }
    }

    mutating func step() {
      guard let mutation = mutation() else { return }
      let entry = JournalEntry(
        revision: engine.revision.next, at: now, actor: .offline("test"), kind: .entryUpdated,
        mutation: mutation)
      engine.apply([entry])
      entries.append(entry)
      // Every change is checked in some of the rounds.
      if entries.count % 3 == 0 { engine.checkInvariants() }
    }
  }

  /// Every verdict there is for the current value of a token.
  private func verdicts(_ engine: Engine, _ record: TokenRecord, _ names: [RegistryKey])
    -> [Verdict]
  {
    let reader = engine.makeReader()
    reader.enter()
    let (methods, projects) = (
      names.filter { $0.type == .method }, names.filter { $0.type == .project }
    )
    var verdicts: [Verdict] = []
    for project in [nil] + projects.map({ $0 as RegistryKey? }) {
      for method in [nil] + methods.map({ $0 as RegistryKey? }) {
        var question = Question(kinds: .all)
        if let project {
          question.project = unsafe reader.project(Array(project.text.utf8).span.bytes)
        }
        if let method { question.method = unsafe reader.method(Array(method.text.utf8).span.bytes) }
        verdicts.append(
          reader.validate(
            record.credentials.current, question, for: .unlimited, now: Timestamp(microseconds: 0)
          ).verdict)
      }
    }
    return verdicts
  }

  @Test(arguments: 0..<6) func `a snapshot of many moments and the changes since make it whole`(
    round: Int
  ) {
    var history = History()
    for _ in 0..<Int.random(in: 0...150, using: &history.generator) { history.step() }
    let start = history.engine.revision
    let restored = Engine(hashKey: (3, 4))
    restored.beginRestore()
    for entry in history.engine.registryEntries { restored.restore(entry) }
    var lastUser: UserID?
    while true {
      for _ in 0..<Int.random(in: 0...8, using: &history.generator) { history.step() }
      let users = history.engine.users(after: lastUser, limit: 2)
      for user in users { restored.restore(user) }
      guard let last = users.last else { break }
      lastUser = last.id
    }
    var lastToken: TokenID?
    while true {
      if history.entries.count < 250 {
        for _ in 0..<Int.random(in: 0...8, using: &history.generator) { history.step() }
      }
      let tokens = history.engine.records(after: lastToken, limit: 5)
      for token in tokens { restored.restore(token.record, usage: token.usage) }
      guard let last = tokens.last else { break }
      lastToken = last.record.id
    }
    restored.startReplay(after: start, highestTime: history.now)
    restored.checkInvariants(isWhole: false)
    for entry in history.entries.dropFirst(Int(start.rawValue)) {
      restored.apply([entry])
      if entry.revision.rawValue % 3 == 0 { restored.checkInvariants(isWhole: false) }
    }
    restored.checkInvariants()
    let engine = history.engine
    #expect(restored.registryEntries == engine.registryEntries)
    let users = engine.users(after: nil, limit: .max)
    #expect(restored.users(after: nil, limit: .max) == users)
    let expected = engine.records(after: nil, limit: .max).map(\.record)
    #expect(restored.records(after: nil, limit: .max).map(\.record) == expected)
    let names = engine.registryEntries.map(\.key)
    for record in expected {
      #expect(verdicts(restored, record, names) == verdicts(engine, record, names))
    }
  }
}
