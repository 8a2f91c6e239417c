import CIntrinsics

/// Memory in pieces of a large page, which the processor finds by one entry of its page tables'
/// cache. A look-up among millions of tokens touches memory at random; with pages of 4 KiB it waits
/// for their tables as long as for what it reads.
enum LargePages {
  static let byteCountLog2 = 21
  static let byteCount = 1 << byteCountLog2

  /// Uninitialised memory, given back with `deallocate()`. Where the kernel has no large page at
  /// hand, it is of small ones.
  ///
  /// - Parameter byteCount: a multiple of `LargePages.byteCount`.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    precondition(byteCount & (LargePages.byteCount - 1) == 0)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: LargePages.byteCount)
    unsafe tessera_advise_large_pages(memory, byteCount)
    return unsafe memory
  }
}
