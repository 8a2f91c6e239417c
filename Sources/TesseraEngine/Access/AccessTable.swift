import Synchronization
import TesseraModel

/// The sets of rights by number, for readers. Which numbers are in use, the ledger knows.
///
/// - `@unchecked Sendable`: readers load one atomic word; the writer publishes an object whole, and
///   releases it only after it was retired.
@safe
final class AccessTable: @unchecked Sendable {
  let memory = ChunkedMemory(
    elementBytes: 8, chunkLog2: 14, maximum: Limits.tokens)

  deinit {
    for number in 0..<memory.count { withdraw(AccessNumber(rawValue: UInt32(number))) }
  }

  private func slot(_ number: AccessNumber) -> UnsafeMutablePointer<Atomic<UInt>> {
    unsafe memory.address(of: Int(number.rawValue)).assumingMemoryBound(to: Atomic<UInt>.self)
  }

  /// Lends the rights without counting a reference: the reader's epoch keeps them alive.
  func withAccess<Result>(
    _ number: AccessNumber, _ body: (CompiledAccess) -> Result
  ) -> Result {
    let address = unsafe slot(number).pointee.load(ordering: .acquiring)
    let pointer = unsafe UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped
    return unsafe Unmanaged<CompiledAccess>.fromOpaque(pointer)._withUnsafeGuaranteedRef(body)
  }

  func publish(_ access: CompiledAccess, as number: AccessNumber) {
    memory.grow(toInclude: Int(number.rawValue))
    let pointer = unsafe Unmanaged.passRetained(access).toOpaque()
    unsafe slot(number).pointee.store(UInt(bitPattern: pointer), ordering: .releasing)
  }

  /// Gives the object back. No reader may still see the number.
  func withdraw(_ number: AccessNumber) {
    let address = unsafe slot(number).pointee.exchange(0, ordering: .relaxed)
    guard let pointer = unsafe UnsafeRawPointer(bitPattern: address) else { return }
    unsafe Unmanaged<CompiledAccess>.fromOpaque(pointer).release()
  }
}
