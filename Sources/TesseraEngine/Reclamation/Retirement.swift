import TesseraModel

/// What the writer has unlinked and may not reuse yet.
struct Retirement: ~Copyable {
  /// `@safe`: memory is freed by whoever takes an item out, and by nobody else.
  @safe
  enum Item {
    case memory(UnsafeMutableRawPointer)
    case table(ConcurrentIndex.Table, of: ConcurrentIndex)
    /// A credential's place, and the number of a set of rights: to be used again.
    case credential(CredentialNumber)
    case access(AccessNumber)
    /// Released when the item is dropped.
    case object(any AnyObject & Sendable)
  }

  private let epochs: Epochs
  /// Unlinked since the last epoch ended; and before that, oldest first.
  private var fresh: [Item] = []
  private var waiting: [(epoch: UInt64, items: [Item])] = []

  init(epochs: Epochs) { self.epochs = epochs }

  mutating func retire(_ item: Item) { fresh.append(item) }

  /// What was unlinked since the last epoch ended.
  var freshCount: Int { fresh.count }

  /// Everything that is not free yet, in the order it was unlinked.
  var pending: [Item] { waiting.flatMap(\.items) + fresh }

  /// Ends the epoch and takes out everything that no reader can see any more.
  mutating func collect() -> [Item] {
    if !fresh.isEmpty {
      waiting.append((epochs.advance(), fresh))
      fresh.removeAll()
    }
    guard !waiting.isEmpty else { return [] }
    let oldest = epochs.oldestOnline()
    let past = waiting.prefix { $0.epoch < oldest }
    let items = past.flatMap { $0.items }
    waiting.removeFirst(past.count)
    return items
  }

  deinit {
    // A reader keeps the engine alive, so nothing is in use any more.
    for item in pending {
      switch item {
      case .memory(let memory): unsafe memory.deallocate()
      case .table(let table, let index): index.giveBack(table)
      case .credential, .access, .object: break
      }
    }
  }
}
