/// Where the tables of an index have their memory: many of one size in each large page, since all
/// shards grow at about the same time, and pages of a size that is outgrown become free whole.
///
/// Tables of a few entries come from the allocator, so that a small index takes no large page.
struct TableMemory: ~Copyable {
  private static let smallestLog2 = 10

  private struct Page {
    let blockLog2: Int
    /// Addresses of its free blocks.
    var free: [UInt]

    var isFull: Bool { free.isEmpty }
    var isUnused: Bool { free.count == 1 << (LargePages.byteCountLog2 - blockLog2) }
  }

  private var pages: [UInt: Page] = [:]
  /// For each size the pages with a free block; the last is taken from.
  private var withRoom = [[UInt]](repeating: [], count: LargePages.byteCountLog2)

  /// Large pages that hold a block.
  var pageCount: Int { pages.count }

  /// Uninitialised memory of a power of two bytes, 64 at least, aligned to a cache line.
  mutating func take(byteCountLog2: Int) -> UnsafeMutableRawPointer {
    if byteCountLog2 < TableMemory.smallestLog2 {
      return UnsafeMutableRawPointer.allocate(byteCount: 1 << byteCountLog2, alignment: 64)
    }
    if byteCountLog2 >= LargePages.byteCountLog2 {
      return unsafe LargePages.allocate(byteCount: 1 << byteCountLog2)
    }
    let address = withRoom[byteCountLog2].last ?? addPage(blockLog2: byteCountLog2)
    guard let block = pages[address]?.free.popLast() else {
      preconditionFailure("a page in the list has a free block")
    }
    if pages[address]?.isFull == true { withRoom[byteCountLog2].removeLast() }
    return unsafe UnsafeMutableRawPointer(bitPattern: block).unsafelyUnwrapped
  }

  /// Takes back what `take` gave.
  mutating func giveBack(_ memory: UnsafeMutableRawPointer, byteCountLog2: Int) {
    if byteCountLog2 < TableMemory.smallestLog2 { return unsafe memory.deallocate() }
    if byteCountLog2 >= LargePages.byteCountLog2 {
      return unsafe LargePages.free(memory, byteCount: 1 << byteCountLog2)
    }
    let block = UInt(bitPattern: memory)
    let address = block & ~UInt(LargePages.byteCount - 1)
    guard var page = pages.removeValue(forKey: address) else {
      preconditionFailure("memory of another")
    }
    if page.isFull { withRoom[byteCountLog2].append(address) }
    page.free.append(block)
    if page.isUnused {
      withRoom[byteCountLog2].removeAll { $0 == address }
      let page = unsafe UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
      unsafe LargePages.free(page, byteCount: LargePages.byteCount)
    } else {
      pages[address] = page
    }
  }

  private mutating func addPage(blockLog2: Int) -> UInt {
    let memory = unsafe LargePages.allocate(byteCount: LargePages.byteCount)
    let address = UInt(bitPattern: memory)
    let blocks = stride(from: 0, to: UInt(LargePages.byteCount), by: 1 << blockLog2)
    pages[address] = Page(blockLog2: blockLog2, free: blocks.reversed().map { address + $0 })
    withRoom[blockLog2].append(address)
    return address
  }

  deinit { precondition(pages.isEmpty, "every table is given back before") }
}
