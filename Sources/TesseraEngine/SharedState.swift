import Synchronization
import TesseraModel

/// Everything that readers look at without a lock. The one writer changes it under the ledger's
/// lock.
final class SharedState: Sendable {
  let epochs = Epochs()
  let hashing: SipHash
  let directory: Published<Directory>
  let revision = Atomic<UInt64>(0)
  let tokenCount = Atomic<Int>(0)
  /// The highest time that was seen: the ledger's `lastMoment`.
  let lastMoment = Atomic<Int64>(Timestamp.earliest.microseconds)
  /// From a value's digest to its credential.
  let credentialIndex = ConcurrentIndex()
  /// From a token's id to its current credential.
  let idIndex = ConcurrentIndex()
  let slab = CredentialSlab()
  let access = AccessTable()
  let users = UserTable()
  /// What only details and lists show of a token, by the number of its credential.
  let details = DetailsTable()
  /// How often each credential was used.
  let usage = UsageTable()
  /// Whether uses were counted since a snapshot began to be written. A use in the moment of that
  /// beginning may leave it false; the next one sets it.
  let hasNewUses = Atomic(false)
  /// How many credentials may be of values without a checksum.
  let uncheckedCount = Atomic<Int>(0)
  let proxyKeys = Published(ProxyKeys())
  /// What stands for the token of users who come without one. It limits nothing.
  let usersAccess: CompiledAccess

  init(hashing: SipHash) {
    self.hashing = hashing
    var empty = Registry()
    directory = Published(empty.directory())
    usersAccess = CompiledAccess(AccessKey(kind: .personal), registry: &empty)
  }

  /// The current credential of a token.
  func credential(of id: TokenID) -> CredentialNumber? {
    idIndex.find(hashing.hash(id)) { slab.line($0).id == id }
  }

  /// The rights of a user; nil where there is none of that id.
  func user(_ id: UserID) -> UserRights? { users.user(id, hash: hashing.hash(id.text)) }
}
