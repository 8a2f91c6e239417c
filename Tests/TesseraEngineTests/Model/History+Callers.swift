import TesseraModel

@testable import TesseraEngine

extension History {
  /// Somebody connects: with a value, by password, or a product for a user. Those whose rights end
  /// stay among the callers for a while.
  mutating func connect() throws(Mismatch) {
    let now = max(now, engine.lastMoment)
    let user = generator.user(in: model)
    let plain: PlainCaller?
    switch generator.number(0...9) {
    case 0...5:
      let digest = generator.digest(in: model)
      plain = .token(model.token(holding: digest)?.id ?? TokenID(high: 0, low: 0), digest)
    case 6...7:
      plain = .user(user, birth: model.births[user] ?? 0, password: model.passwords[user] ?? 0)
    default:
      let through = generator.chance(40) ? callers[0] : generator.one(of: callers)
      plain = .acting(user, birth: model.births[user] ?? 0, through: through.plain)
    }
    guard let plain else { return }
    let real = realCaller(plain, at: now)
    note(.connected(plain, at: now, succeeds: real != nil))
    let isKnown = model.mayConnect(plain, at: now)
    guard (real != nil) == isKnown else {
      throw mismatch("connects: \(real != nil), and by the model: \(isKnown)")
    }
    guard let real else { return }
    callers.append(Pair(plain: plain, real: real))
    guard callers.count > 24 else { return }
    let ended = callers.indices.dropFirst().filter {
      model.powers(of: callers[$0].plain, at: now) == nil
    }
    callers.remove(at: ended.count > 3 ? generator.one(of: ended) : generator.number(1...12))
  }

  /// The one who may do everything, or another, whose rights have not ended more often than not.
  mutating func caller(root percent: Int) -> Pair {
    if generator.chance(percent) { return callers[0] }
    for _ in 0..<2 {
      let pair = generator.one(of: callers)
      if model.powers(of: pair.plain, at: now) != nil { return pair }
    }
    return generator.one(of: callers)
  }

  /// Values are random, so that none comes twice but by an import. Whether who showed one long ago
  /// is let in again where it does, is left open.
  mutating func forgetCallers(of digests: [Digest]) {
    for digest in digests where model.token(holding: digest) == nil {
      callers.removeAll { $0.plain.shows(digest) }
    }
  }

  /// nil where the engine lets nobody in.
  func realCaller(_ plain: PlainCaller, at now: Timestamp) -> Caller? {
    reader.enter()
    defer { reader.leave() }
    return found(plain, at: now)
  }

  private func found(_ plain: PlainCaller, at now: Timestamp) -> Caller? {
    switch plain {
    case .certificate(let name, let permissions):
      return .certificate(
        name: name, access: CertificateAccess(permissions: permissions, in: engine))
    case .token(_, let digest): return try? reader.authenticate(digest, now: now).get()
    case .user(let id, _, _): return engine.signIn(id).map { .user($0.session) }
    case .acting(let id, _, let through):
      guard let through = found(through, at: now) else { return nil }
      return try? reader.acting(as: id, through: through, now: now)
    }
  }
}

extension PlainAuthority {
  /// Whether who shows this is let in.
  func mayConnect(_ caller: PlainCaller, at now: Timestamp) -> Bool {
    if case .user(let id, _, _) = caller, users[id]?.password == nil { return false }
    return powers(of: caller, at: now) != nil
  }
}

extension PlainCaller {
  fileprivate func shows(_ digest: Digest) -> Bool {
    switch self {
    case .token(_, digest): true
    case .acting(_, _, let through): through.shows(digest)
    case .token, .certificate, .user: false
    }
  }
}

extension Command {
  /// Of the values that it gives to tokens.
  var digests: [Digest] {
    switch self {
    case .issue(let command): [command.digest]
    case .regenerate(let command): [command.digest]
    case .importTokens(let tokens): tokens.map(\.digest)
    default: []
    }
  }
}
