import TesseraModel

/// Rights that were compiled from what a set or a role held before a change. They are compiled anew
/// before the change's revision is told, and so before its caller is answered.
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
  /// Readers see a part of the change meanwhile, as they may of any change that was not answered
  /// yet.
  mutating func settle() -> Bool {
    compileStale()
    publish()
    return stale.isEmpty
  }

  /// Compiles the next of what is stale, a slice of it.
  mutating func compileStale() {
    for _ in 0..<StaleRights.slice {
      if let number = stale.accesses.popLast() {
        // The last holder may have gone since the rights became stale.
        if accessNumbers.isHeld(number) { recompile(number) }
      } else if let number = stale.users.popLast() {
        recompile(number)
      } else {
        return
      }
    }
  }
}
