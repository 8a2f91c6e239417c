import TesseraModel

@testable import TesseraEngine

/// What callers see of tokens and events, all of it, in slices of any size.
extension History {
  mutating func read() throws(Mismatch) {
    let pair = caller(root: 20)
    let now = max(now, engine.lastMoment)
    reader.enter()
    let rights = reader.rights(of: pair.real, now: now)
    reader.leave()
    let powers = model.powers(of: pair.plain, at: now)
    guard let rights, let powers else {
      if rights != nil || powers != nil { throw mismatch("\(pair.plain) has ended for one alone") }
      return
    }
    note(.read(by: pair.plain, at: now))
    switch generator.number(0...9) {
    case 0...4: try readTokens(for: rights, powers, at: now)
    case 5...7: try readEvents(for: rights, powers, at: now)
    case 8: try readUsers(for: rights, powers)
    default: try readEntries(for: rights, powers)
    }
  }

  private mutating func readTokens(
    for rights: CallerRights, _ powers: Powers, at now: Timestamp
  ) throws(Mismatch) {
    let filter = generator.filter(in: model, at: now)
    let expected = model.list(filter, for: powers, at: now)
    let found = list(filter, for: rights, at: now)
    guard found == expected else {
      throw mismatch("by \(filter) the engine lists\n\(found)\nand the model\n\(expected)")
    }
    try readToken(for: rights, powers)
  }

  private mutating func readEvents(
    for rights: CallerRights, _ powers: Powers, at now: Timestamp
  ) throws(Mismatch) {
    let filter = generator.eventFilter(in: model, at: now)
    let expected = model.events(filter, for: powers, at: now)
    let found = events(filter, for: rights, at: now)
    guard found == expected else {
      throw mismatch("by \(filter) the engine tells\n\(found)\nand the model\n\(expected)")
    }
  }

  private mutating func list(
    _ filter: TokenFilter, for rights: CallerRights, at now: Timestamp
  ) -> [StoredToken] {
    var found: [StoredToken] = []
    var last: TokenID?
    while true {
      let slice = engine.list(
        after: last, examining: generator.number(1...100), limit: generator.number(1...50), filter,
        for: rights, now: now)
      found += slice.elements
      last = slice.last
      if slice.isAtEnd { return found }
    }
  }

  private mutating func events(
    _ filter: EventFilter, for rights: CallerRights, at now: Timestamp
  ) -> [Event] {
    var found: [Event] = []
    var last: Revision?
    while true {
      let slice = engine.events(
        before: last, examining: generator.number(1...200), limit: generator.number(1...50),
        filter: filter, for: rights, now: now)
      found += slice.elements
      last = slice.last
      if slice.isAtEnd { return found.map(\.withoutWords) }
    }
  }

  /// One token, be it shown or not.
  private mutating func readToken(for rights: CallerRights, _ powers: Powers) throws(Mismatch) {
    let id = generator.token(in: model)
    let found = engine.token(id, for: rights)
    let expected = model.tokens[id].flatMap { token in
      model.shown(token, to: powers).map {
        StoredToken(record: $0, usage: model.usage(of: token))
      }
    }
    guard found == expected else {
      throw mismatch("the engine shows\n\(found as Any)\nand the model\n\(expected as Any)")
    }
  }
}
