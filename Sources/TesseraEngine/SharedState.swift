import Synchronization
import TesseraModel

/// Everything that readers look at without a lock. The one writer changes it under the ledger's lock.
final class SharedState: Sendable {
  let epochs = Epochs()
  let hashing: SipHash
  let directory: Directory
  let revision = Atomic<UInt64>(0)
  let tokenCount = Atomic<Int>(0)
  /// From a value's digest to its credential.
  let credentialIndex = ConcurrentIndex()
  /// From a token's id to its current credential.
  let idIndex = ConcurrentIndex()
  let slab = CredentialSlab()
  let access = AccessTable()
  /// What only details and lists show of a token, by the number of its credential.
  let details = DetailsTable()

  init(hashing: SipHash, directory: Directory) {
    self.hashing = hashing
    self.directory = directory
  }

  /// The current credential of a token.
  func credential(of id: TokenID) -> CredentialNumber? {
    idIndex.find(hashing.hash(id)) { slab.line($0).id == id }
  }
}
