import TesseraModel

/// Rights that say what a set or a role held before: they are compiled anew before the change that
/// made them so is told of, and so before anyone is answered that it was made.
struct StaleRights {
  /// Compiled while the ledger's lock is held. A role may have every user for a member.
  static let slice = 1_024

  var accesses: [AccessNumber] = []
  var users: [UserNumber] = []

  var isEmpty: Bool { accesses.isEmpty && users.isEmpty }
}

extension Ledger {
  /// Compiles the next of what is stale; true where that was all, and the changes are visible.
  ///
  /// Who reads meanwhile sees some of what the change makes, and not yet all of it, as with any
  /// change that is not answered yet.
  mutating func settle() -> Bool {
    compileStale()
    publish()
    return stale.isEmpty
  }

  /// Compiles the next of what is stale, a slice of it.
  mutating func compileStale() {
    for _ in 0..<StaleRights.slice {
      if let number = stale.accesses.popLast() {
        // Whose last holder has gone meanwhile is nobody's.
        if accessNumbers.isHeld(number) { recompile(number) }
      } else if let number = stale.users.popLast() {
        recompile(number)
      } else {
        return
      }
    }
  }
}
