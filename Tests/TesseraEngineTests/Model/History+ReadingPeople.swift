import TesseraModel

@testable import TesseraEngine

/// What callers see of users and entries.
extension History {
  mutating func readUsers(for rights: CallerRights, _ powers: Powers) throws(Mismatch) {
    let filter = generator.userFilter(in: model)
    var found: [StoredUser] = []
    var last: UserID?
    while true {
      let slice = engine.users(
        after: last, examining: generator.number(1...3), limit: generator.number(1...3), filter,
        for: rights)
      found += slice.elements
      last = slice.last
      if slice.isAtEnd { break }
    }
    let expected = model.users(filter, for: powers)
    guard found == expected else {
      throw mismatch("by \(filter) the engine lists\n\(found)\nand the model\n\(expected)")
    }
    let id = generator.user(in: model)
    let user = engine.user(id, for: rights)
    let shown = model.users[id].flatMap { model.isShown($0, to: powers) ? $0 : nil }
    guard user?.record == shown else {
      throw mismatch("the engine shows\n\(user as Any)\nand the model\n\(shown as Any)")
    }
  }

  mutating func readEntries(for rights: CallerRights, _ powers: Powers) throws(Mismatch) {
    let type = generator.one(of: RegistryType.allCases)
    let text = generator.chance(30) ? "R" : ""
    var found: [RegistryEntry] = []
    var last: String?
    while true {
      let slice = engine.entries(
        type, after: last, examining: generator.number(1...5), limit: generator.number(1...3),
        text: text, for: rights)
      found += slice.elements
      last = slice.last
      if slice.isAtEnd { break }
    }
    let expected = model.entries(type, text, for: powers)
    guard found == expected else {
      throw mismatch("the engine lists\n\(found)\nand the model\n\(expected)")
    }
    let key = generator.key()
    let entry = engine.entry(key, for: rights)
    let shown = model.entries[key].flatMap { model.isShown($0, to: powers) ? $0 : nil }
    guard entry == shown else {
      throw mismatch("the engine shows\n\(entry as Any)\nand the model\n\(shown as Any)")
    }
  }
}
