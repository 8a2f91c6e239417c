import TesseraModel

@testable import TesseraEngine

extension HistoryGenerator {
  /// Any question, or one that the token behind the value may well pass.
  mutating func question(_ digest: Digest, in model: PlainAuthority) -> PlainQuestion {
    let kinds: [KindSet] = [
      .all, .all, .secret, KindSet(.client), KindSet(.frontend), KindSet(.personal),
      [KindSet(.frontend), KindSet(.proxyKey)],
    ]
    var question = PlainQuestion(
      kinds: maybe(70) { $0.one(of: kinds) },
      project: maybe(50) { $0.project(in: model) },
      environment: maybe(40) { $0.environment(in: model) },
      method: maybe(50) { $0.method(in: model) })
    guard chance(60), let token = model.token(holding: digest) else { return question }
    question.kinds = chance(50) ? .all : KindSet(token.kind)
    if question.environment != nil, let own = token.environment { question.environment = own }
    switch token.projects {
    case .one(let project): if question.project != nil { question.project = project }
    case .list(let list) where !list.isEmpty:
      if question.project != nil { question.project = one(of: list) }
    default: break
    }
    return question
  }

  mutating func filter(in model: PlainAuthority, at now: Timestamp) -> TokenFilter {
    var filter = TokenFilter()
    if chance(30) { filter.kinds = [KindSet(.client), KindSet(.personal)] }
    if chance(25) { filter.owner = user(in: model) }
    if chance(25) { filter.project = project(in: model) }
    if chance(20) { filter.environment = environment(in: model) }
    if chance(30) { filter.states = [one(of: TokenState.allCases), one(of: TokenState.allCases)] }
    if chance(20) {
      filter.expiresBefore = chance(50) ? now + lifetime() : moment(in: model, upTo: 0, before: now)
    }
    if chance(20) { filter.lastUsedBefore = now + .seconds(-number(0...90_000)) }
    if chance(20) { filter.text = "ME \(number(0...9))" }
    return filter
  }

  mutating func userFilter(in model: PlainAuthority) -> UserFilter {
    var filter = UserFilter()
    if chance(20) { filter.role = one(of: HistoryGenerator.roles) }
    if chance(20) { filter.project = project(in: model) }
    if chance(20) { filter.text = one(of: ["A", "1", "d"]) }
    return filter
  }

  mutating func eventFilter(in model: PlainAuthority, at now: Timestamp) -> EventFilter {
    var filter = EventFilter()
    if chance(30) { filter.kinds = Set(some(of: EventKind.allCases, 1...4)) }
    if chance(20) { filter.user = user(in: model) }
    switch number(0...9) {
    case 0...1: filter.token = token(in: model)
    case 2: filter.entry = key()
    case 3: filter.subjectUser = user(in: model)
    default: break
    }
    if chance(20) { filter.since = moment(in: model, upTo: 300_000, before: now) }
    if chance(20) { filter.before = moment(in: model, upTo: 90_000, before: now) }
    return filter
  }

  /// How much the clock moves on: as a rule an hour or so, now and then nothing or back.
  mutating func step() -> Duration {
    switch number(0...9) {
    case 0...1: .zero
    case 2: .seconds(-number(1...100))
    case 3...8: .seconds(number(1...3_600))
    default: .seconds(number(3_600...40_000))
    }
  }

  /// A change of any kind. The more tokens there are, the more go.
  mutating func command(
    in model: PlainAuthority, by caller: PlainCaller, at now: Timestamp
  ) -> Command {
    let isFull = model.order.count > 250
    switch number(0...99) {
    case 0..<30: return isFull ? purge(in: model, at: now) : issue(in: model, by: caller, at: now)
    case 30..<45: return update(in: model, at: now)
    case 45..<57: return regenerate(in: model, at: now)
    case 57..<64: return revoke(in: model, at: now)
    case 64..<67: return isFull ? purge(in: model, at: now) : importTokens(in: model, at: now)
    case 67..<69: return purge(in: model, at: now)
    case 69..<75: return createEntry(in: model)
    case 75..<80: return updateEntry(in: model)
    case 80..<83: return removeEntry(in: model)
    case 83..<88: return createUser(in: model)
    case 88..<95: return updateUser(in: model)
    case 95..<97: return removeUser(in: model)
    default: return setPassword(in: model)
    }
  }
}

extension EngineReader {
  /// In the engine's numbers, as they are now.
  func question(_ question: PlainQuestion) -> Question {
    func bytes(_ name: some Name) -> [UInt8] { Array(name.text.utf8) }
    return Question(
      kinds: question.kinds ?? .secret,
      project: question.project.map { unsafe project(bytes($0).span.bytes) } ?? .none,
      environment: question.environment.map { unsafe environment(bytes($0).span.bytes) } ?? .none,
      method: question.method.map { unsafe method(bytes($0).span.bytes) } ?? .none)
  }
}
