import Synchronization
import TesseraModel

/// Each token's packed details, by the number of its current credential.
///
/// - `@unchecked Sendable`: readers load one atomic word; the writer publishes a block whole, and
///   frees it only after it was retired.
@safe
final class DetailsTable: @unchecked Sendable {
  private let memory = ChunkedMemory(elementBytes: 8, chunkLog2: 18, maximum: Limits.tokens)

  deinit {
    for number in 0..<memory.count {
      unsafe withdraw(CredentialNumber(rawValue: UInt32(number)))?.memory.deallocate()
    }
  }

  func details(_ number: CredentialNumber) -> PackedDetails? {
    DetailsTable.details(at: unsafe slot(number).pointee.load(ordering: .acquiring))
  }

  func grow(toInclude number: CredentialNumber) {
    memory.grow(toInclude: Int(number.rawValue))
  }

  /// Publishes a block, and returns the one that it takes the place of, for retirement.
  func publish(_ details: PackedDetails, for number: CredentialNumber) -> PackedDetails? {
    let word = unsafe UInt(bitPattern: details.memory)
    return DetailsTable.details(
      at: unsafe slot(number).pointee.exchange(word, ordering: .acquiringAndReleasing))
  }

  func withdraw(_ number: CredentialNumber) -> PackedDetails? {
    DetailsTable.details(
      at: unsafe slot(number).pointee.exchange(0, ordering: .acquiringAndReleasing))
  }

  private static func details(at address: UInt) -> PackedDetails? {
    unsafe UnsafeMutableRawPointer(bitPattern: address).map {
      unsafe PackedDetails(memory: unsafe $0)
    }
  }

  private func slot(_ number: CredentialNumber) -> UnsafeMutablePointer<Atomic<UInt>> {
    unsafe memory.address(of: Int(number.rawValue)).assumingMemoryBound(to: Atomic<UInt>.self)
  }
}
