import TesseraEngine
import TesseraModel

extension PlainAuthority {
  /// Carries the command out, or says why not, and is as it was then.
  ///
  /// - Parameter made: the ids that the engine made for it, in order.
  mutating func decide(
    _ command: Command, by caller: PlainCaller, at now: Timestamp, made: [TokenID]
  ) -> Answer {
    guard let powers = powers(of: caller, at: now) else { return .refused([.unauthenticated]) }
    let change = Change(by: actor(of: caller), at: now, with: powers)
    do throws(Faults) {
      switch command {
      case .issue(let command): return try issue(command, change, made.first)
      case .update(let command): return try update(command, change)
      case .regenerate(let command): return try regenerate(command, change)
      case .revoke(let command): return try revoke(command, change)
      case .importTokens(let tokens): return try importTokens(tokens, change, made)
      case .purge(let command): return try purge(command, change)
      case .createEntry(let entry): return try create(entry, change)
      case .updateEntry(let entry, let version): return try update(entry, version, change)
      case .removeEntry(let key): return try remove(key, change)
      case .createUser(let command): return try create(command, change)
      case .updateUser(let command): return try update(command, change)
      case .removeUser(let id): return try remove(id, change)
      case .setPassword(let id, let password): return try set(password, of: id, change)
      }
    } catch {
      return .refused(error.codes)
    }
  }

  /// Who changes something, when, and what they may.
  struct Change {
    let actor: Actor
    let now: Timestamp
    let powers: Powers

    init(by actor: Actor, at now: Timestamp, with powers: Powers) {
      self.actor = actor
      self.now = now
      self.powers = powers
    }

    func revocation(_ reason: String) -> Revocation {
      Revocation(at: now, by: actor, reason: reason)
    }
  }

  mutating func note(
    _ kind: EventKind, _ subject: Event.Subject, _ change: Change, fields: [String] = []
  ) {
    note(kind, subject, by: change.actor, at: change.now, fields: fields)
  }
}
