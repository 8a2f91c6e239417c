import CIntrinsics

/// Memory in pieces of a large page, which the processor finds by one entry of its page tables'
/// cache. A look-up among millions of tokens touches memory at random; with pages of 4 KiB it waits
/// for their tables as long as for what it reads.
///
/// It is mapped here and not by TesseraSystem, which the engine does not import: like a prefetch it
/// changes nothing but how fast memory is.
enum LargePages {
  static let byteCountLog2 = 21
  static let byteCount = 1 << byteCountLog2

  /// Zeroed memory, given back with `free`. Where the kernel has no large page at hand, it is of
  /// small ones. As with the allocator, no memory is the end of the process.
  ///
  /// - Parameter byteCount: a multiple of `LargePages.byteCount`.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    precondition(byteCount & (LargePages.byteCount - 1) == 0)
    guard let memory = unsafe tessera_map_large_pages(byteCount) else {
      fatalError("no memory for \(byteCount) bytes")
    }
    return unsafe memory
  }

  static func free(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe tessera_unmap_large_pages(memory, byteCount)
  }
}
