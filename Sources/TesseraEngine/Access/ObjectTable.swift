import Synchronization
import TesseraModel

/// Immutable objects by number, for readers: what each stands for may be replaced whole at any
/// moment. Which numbers are in use, the ledger knows.
///
/// - `@unchecked Sendable`: readers load one atomic word; the writer publishes an object whole, and
///   gives it back only after it was retired.
@safe
final class ObjectTable<Object: AnyObject & Sendable>: @unchecked Sendable {
  private let memory: ChunkedMemory

  /// - Parameter maximum: how many numbers there can ever be.
  init(maximum: Int) {
    memory = ChunkedMemory(elementBytes: 8, chunkLog2: 14, maximum: maximum)
  }

  deinit {
    for number in 0..<memory.count { _ = withdraw(UInt32(number)) }
  }

  private func slot(_ number: UInt32) -> UnsafeMutablePointer<Atomic<UInt>> {
    unsafe memory.address(of: Int(number)).assumingMemoryBound(to: Atomic<UInt>.self)
  }

  /// Lends the object without counting a reference: the reader's epoch keeps it alive. nil where
  /// the number stands for nothing. The number must have been grown to.
  @inline(__always)
  func withObject<Result>(_ number: UInt32, _ body: (Object) -> Result) -> Result? {
    let address = unsafe slot(number).pointee.load(ordering: .acquiring)
    guard let pointer = unsafe UnsafeRawPointer(bitPattern: address) else { return nil }
    return unsafe Unmanaged<Object>.fromOpaque(pointer)._withUnsafeGuaranteedRef(body)
  }

  func grow(toInclude number: UInt32) { memory.grow(toInclude: Int(number)) }

  /// Returns the object that the new one takes the place of, which readers may still see.
  func publish(_ object: Object, as number: UInt32) -> Object? {
    grow(toInclude: number)
    let pointer = unsafe Unmanaged.passRetained(object).toOpaque()
    return exchange(UInt(bitPattern: pointer), number)
  }

  /// The number stands for nothing any more. Returns the object, which readers may still see.
  func withdraw(_ number: UInt32) -> Object? { exchange(0, number) }

  private func exchange(_ word: UInt, _ number: UInt32) -> Object? {
    let address = unsafe slot(number).pointee.exchange(word, ordering: .acquiringAndReleasing)
    return unsafe UnsafeRawPointer(bitPattern: address).map {
      unsafe Unmanaged<Object>.fromOpaque($0).takeRetainedValue()
    }
  }
}
