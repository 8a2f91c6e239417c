import TesseraModel

/// The users' rights by number, and the numbers by id.
///
/// A number is never used again, so that who remembers one finds the same user, or nobody.
struct UserTable: Sendable {
  /// Numbers that there can ever be while the process lasts.
  static let numbers = 1 << 31

  private let table = ObjectTable<UserRights>(maximum: numbers)
  /// Names each user by their number where other indexes name credentials.
  private let index = ConcurrentIndex()

  /// Lends the rights without counting a reference; nil where the user is no more.
  @inline(__always)
  func withRights<Result>(_ number: UserNumber, _ body: (UserRights) -> Result) -> Result? {
    table.withObject(number.rawValue, body)
  }

  /// nil also for nobody's number.
  func rights(_ number: UserNumber) -> UserRights? {
    number == .none ? nil : withRights(number) { $0 }
  }

  func user(_ id: UserID, hash: UInt64) -> UserRights? {
    let found = index.find(hash) { number in
      withRights(UserNumber(rawValue: number.rawValue)) { $0.id == id } ?? false
    }
    return found.flatMap { rights(UserNumber(rawValue: $0.rawValue)) }
  }

  // For the writer.

  /// Makes room for a number that nobody has rights by yet.
  func grow(toInclude number: UserNumber) { table.grow(toInclude: number.rawValue) }

  func publish(_ rights: UserRights, hash: UInt64, retiring: inout Retirement) {
    if let old = table.publish(rights, as: rights.number.rawValue) {
      retiring.retire(.object(old))
    } else {
      index.insert(
        CredentialNumber(rawValue: rights.number.rawValue), hash: hash, retiring: &retiring)
    }
  }

  func withdraw(_ number: UserNumber, hash: UInt64, retiring: inout Retirement) {
    index.remove(CredentialNumber(rawValue: number.rawValue), hash: hash)
    if let old = table.withdraw(number.rawValue) { retiring.retire(.object(old)) }
  }

  func checkInvariants(count: Int) { index.checkInvariants(count: count) }
}
