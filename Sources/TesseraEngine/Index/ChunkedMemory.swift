import Synchronization

/// An array of fixed-size elements that grows without moving: readers keep their addresses.
///
/// Memory comes in chunks, zeroed, through a directory of atomics that is allocated whole at the
/// start. An element's address never changes, so only the writer's knowledge of which elements are in
/// use needs care; a reader gets an element's number from something that was published after it.
///
/// - `@unchecked Sendable`: readers touch only atomics; `grow` is called by the one writer.
@safe
final class ChunkedMemory: @unchecked Sendable {
  let elementBytes: Int
  let chunkLog2: Int
  let chunkCount: Int
  let chunks: UnsafeMutablePointer<Atomic<UInt>>

  /// - Parameters:
  ///   - elementBytes: a multiple of 8.
  ///   - chunkLog2: the log2 of the elements in a chunk.
  ///   - maximum: how many elements there can ever be.
  init(elementBytes: Int, chunkLog2: Int, maximum: Int) {
    self.elementBytes = elementBytes
    self.chunkLog2 = chunkLog2
    chunkCount = (maximum + (1 << chunkLog2) - 1) >> chunkLog2
    unsafe chunks = .allocate(capacity: chunkCount)
    for index in 0..<chunkCount { unsafe (chunks + index).initialize(to: Atomic(0)) }
  }

  deinit {
    for index in 0..<chunkCount {
      let address = unsafe chunks[index].load(ordering: .relaxed)
      unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
    }
    unsafe chunks.deallocate()
  }

  /// Makes sure that the element has memory. Called before its number is published.
  func grow(toInclude element: Int) {
    let index = element >> chunkLog2
    precondition(index < chunkCount, "refused before: the maximum is one of Limits")
    guard unsafe chunks[index].load(ordering: .relaxed) == 0 else { return }
    let byteCount = elementBytes << chunkLog2
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    unsafe chunk.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    unsafe chunks[index].store(UInt(bitPattern: chunk), ordering: .releasing)
  }

  /// Every element that has memory, used or not.
  func forEachAllocated(_ body: (Int) -> Void) {
    for chunk in 0..<chunkCount where unsafe chunks[chunk].load(ordering: .relaxed) != 0 {
      for place in 0..<(1 << chunkLog2) { body(chunk << chunkLog2 + place) }
    }
  }

  /// Where the element is. It must have been grown to.
  func address(of element: Int) -> UnsafeMutableRawPointer {
    let chunk = unsafe chunks[element &>> chunkLog2].load(ordering: .acquiring)
    let offset = (element & (1 &<< chunkLog2 &- 1)) &* elementBytes
    return unsafe UnsafeMutableRawPointer(bitPattern: chunk).unsafelyUnwrapped + offset
  }
}
