import Synchronization

/// An array of fixed-size elements that grows without moving: readers keep their addresses.
///
/// Memory comes in chunks through a directory of atomics. Both are reserved whole and written only
/// as far as elements are in use, so that what is not needed is not touched and costs no memory, but
/// for the rest of the last large page.
/// An element's address never changes, so only the writer's knowledge of which elements are in use
/// needs care; a reader gets an element's number from something that was published after it.
///
/// - `@unchecked Sendable`: readers touch only atomics; `count` belongs to the one writer, which
///   alone calls `grow`.
@safe
final class ChunkedMemory: @unchecked Sendable {
  let elementBytes: Int
  let chunkLog2: Int
  let chunkCount: Int
  let chunks: UnsafeMutablePointer<Atomic<UInt>>
  /// Elements that have memory, zeroed or in use; all before are, none after.
  private(set) var count = 0

  /// - Parameters:
  ///   - elementBytes: a multiple of 8.
  ///   - chunkLog2: the log2 of the elements in a chunk.
  ///   - maximum: how many elements there can ever be.
  init(elementBytes: Int, chunkLog2: Int, maximum: Int) {
    self.elementBytes = elementBytes
    self.chunkLog2 = chunkLog2
    chunkCount = (maximum + (1 << chunkLog2) - 1) >> chunkLog2
    unsafe chunks = .allocate(capacity: chunkCount)
  }

  deinit {
    for index in 0..<allocatedChunks {
      let address = unsafe chunks[index].load(ordering: .relaxed)
      guard let chunk = unsafe UnsafeMutableRawPointer(bitPattern: address) else { continue }
      if isOfLargePages(index) {
        unsafe LargePages.free(chunk, byteCount: elementBytes << chunkLog2)
      } else {
        unsafe chunk.deallocate()
      }
    }
    unsafe chunks.deallocate()
  }

  private var allocatedChunks: Int { (count + (1 << chunkLog2) - 1) >> chunkLog2 }

  /// Makes sure that the element has memory, zeroed. Called before its number is published.
  func grow(toInclude element: Int) {
    precondition(element >> chunkLog2 < chunkCount, "refused before: the maximum is in Limits")
    while count <= element {
      if count & ((1 << chunkLog2) - 1) == 0 {
        let chunk = unsafe allocateChunk()
        unsafe (chunks + (count >> chunkLog2)).initialize(to: Atomic(UInt(bitPattern: chunk)))
      }
      let element = unsafe address(of: count)
      unsafe element.initializeMemory(as: UInt8.self, repeating: 0, count: elementBytes)
      count += 1
    }
  }

  /// The first chunk is of small pages, so that few elements take little.
  private func isOfLargePages(_ chunk: Int) -> Bool {
    chunk > 0 && (elementBytes << chunkLog2) & (LargePages.byteCount - 1) == 0
  }

  private func allocateChunk() -> UnsafeMutableRawPointer {
    let byteCount = elementBytes << chunkLog2
    return isOfLargePages(count >> chunkLog2)
      ? unsafe LargePages.allocate(byteCount: byteCount)
      : UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
  }

  /// Where the element is. It must have been grown to.
  @inline(__always)
  func address(of element: Int) -> UnsafeMutableRawPointer {
    let chunk = unsafe chunks[element &>> chunkLog2].load(ordering: .acquiring)
    let offset = (element & (1 &<< chunkLog2 &- 1)) &* elementBytes
    return unsafe UnsafeMutableRawPointer(bitPattern: chunk).unsafelyUnwrapped + offset
  }
}
