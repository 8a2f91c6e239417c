import Synchronization

/// When memory that readers may still be looking at can be given back.
///
/// Readers never lock. A reader *enters* before it looks at shared memory and *leaves* before it
/// sleeps; between the two it is online with the epoch at which it entered. The one writer first
/// unlinks memory, so that no reader that enters later can find it, then retires it under the
/// current epoch and advances. It is free once every online reader entered after that.
///
/// Why a reader that is just entering is safe: between its store of the epoch and its first look
/// stands a sequentially consistent fence, and another between the writer's unlinking and its load
/// of that epoch. Whichever fence is first, either the writer sees the reader online and waits, or
/// the reader cannot find the memory any more. (Ordered stores and loads alone would not do: a
/// later load of another word may overtake a store.)
///
/// - `@unchecked Sendable`: the pointer is set once, to atomics.
@safe
public final class Epochs: @unchecked Sendable {
  /// As many readers as there can be: one for each reactor, with room to spare.
  public static let maximumReaders = 256

  /// One cache line a reader, so that entering touches no line of another's.
  private static let stride = 8

  let current = Atomic<UInt64>(1)
  let online: UnsafeMutablePointer<Atomic<UInt64>>
  private let registered = Atomic<Int>(0)

  public init() {
    let count = Epochs.maximumReaders * Epochs.stride
    unsafe online = .allocate(capacity: count)
    for index in 0..<count { unsafe (online + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe online.deinitialize(count: Epochs.maximumReaders * Epochs.stride)
    unsafe online.deallocate()
  }

  /// A place for one more reader, for as long as the engine lives.
  public func register() -> ReaderEpoch {
    let (index, _) = registered.add(1, ordering: .relaxed)
    precondition(index < Epochs.maximumReaders, "more readers than Epochs.maximumReaders")
    return ReaderEpoch(epochs: self, index: index * Epochs.stride)
  }

  /// Ends the current epoch and returns it: what was unlinked before belongs to it.
  func advance() -> UInt64 {
    current.add(1, ordering: .sequentiallyConsistent).oldValue
  }

  /// The epoch at which the reader entered that is online longest; `max` where none is online.
  /// What was unlinked in an epoch before it is seen by nobody.
  func oldestOnline() -> UInt64 {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    let readers = registered.load(ordering: .acquiring)
    var oldest = UInt64.max
    for index in 0..<min(readers, Epochs.maximumReaders) {
      let entered = unsafe online[index * Epochs.stride].load(ordering: .acquiring)
      if entered != 0 { oldest = min(oldest, entered) }
    }
    return oldest
  }
}

/// One reader's place among the epochs. Used by one thread at a time.
public struct ReaderEpoch: ~Copyable, Sendable {
  let epochs: Epochs
  let index: Int

  init(epochs: Epochs, index: Int) {
    self.epochs = epochs
    self.index = index
  }

  /// A reader that is gone keeps nothing from being reclaimed.
  deinit { leave() }

  /// From here on the reader may look at shared memory.
  public func enter() {
    let epoch = epochs.current.load(ordering: .relaxed)
    unsafe epochs.online[index].store(epoch, ordering: .releasing)
    atomicMemoryFence(ordering: .sequentiallyConsistent)
  }

  /// From here on it holds nothing that it found there.
  public func leave() {
    unsafe epochs.online[index].store(0, ordering: .releasing)
  }
}
