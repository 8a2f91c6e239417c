import TesseraModel

/// An id that is in use: a user's, or one that only tokens name as their owner.
struct OwnerEntry {
  /// Another after the user was removed.
  var number: UserNumber
  /// nil where only tokens name them.
  var record: UserRecord?
  /// Counts the passwords that they had.
  var passwordVersion: UInt32 = 0
  /// Their PERSONAL tokens, in order of creation, and those of them that are not revoked.
  var tokens = CreationOrder()
  var liveTokens = 0
  /// The CLIENT and FRONTEND tokens that somebody of this id made and that are not revoked.
  var madeTokens = 0
  /// The rights that are held to theirs.
  var accesses: Set<AccessNumber> = []

  /// Whether their tokens open anything.
  var isActive: Bool { record.map { !$0.isDisabled } ?? false }

  fileprivate var isNeeded: Bool {
    record != nil || tokens.count > 0 || madeTokens > 0 || !accesses.isEmpty
  }
}

/// Users, and the owners of tokens.
struct Owners {
  private var entries: [UserID: OwnerEntry] = [:]
  private var order = SortedNames<UserID>()
  private var lastNumber: UInt32 = 0

  subscript(id: UserID) -> OwnerEntry? { entries[id] }

  var all: some Collection<(key: UserID, value: OwnerEntry)> { entries }
  /// Users, without those whom only tokens name.
  var userCount: Int { order.count }

  /// Up to `limit` users after `id`, from the first where it is nil, in order of their ids.
  func users(after id: UserID?, limit: Int) -> [UserRecord] {
    order.names(after: id, limit: limit).map { id in
      guard let record = entries[id]?.record else {
        preconditionFailure("the order names a user who is not there")
      }
      return record
    }
  }

  /// Changes the entry of an id. It is made where there is none, and removed where nothing needs it
  /// any longer.
  mutating func change<Result>(_ id: UserID, _ body: (inout OwnerEntry) -> Result) -> Result {
    if entries[id] == nil { entries[id] = OwnerEntry(number: takeNumber()) }
    let result = body(&entries[id, default: OwnerEntry(number: .none)])
    if entries[id]?.isNeeded == false { entries[id] = nil }
    return result
  }

  /// Puts a user's id in order; the entry itself is made by `change`.
  mutating func list(_ id: UserID) { order.insert(id) }

  mutating func unlist(_ id: UserID) { order.remove(id) }

  mutating func takeNumber() -> UserNumber {
    precondition(lastNumber < UInt32(UserTable.numbers) - 1, "no user's number is left")
    lastNumber += 1
    return UserNumber(rawValue: lastNumber)
  }
}
