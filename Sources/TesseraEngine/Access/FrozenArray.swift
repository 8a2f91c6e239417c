/// Values that never change, in memory of their own: to look at one counts no reference, which
/// Validate must not, and an empty one takes no memory.
///
/// - `@unchecked Sendable`: nothing is written after `init`.
@safe
struct FrozenArray<Element: BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
  let count: Int
  private let start: UnsafeMutablePointer<Element>?

  init(_ elements: some Collection<Element>) {
    count = elements.count
    guard count > 0 else {
      unsafe start = nil
      return
    }
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
    let (_, end) = unsafe memory.initialize(from: elements)
    precondition(end == count)
    unsafe start = memory.baseAddress
  }

  deinit { unsafe start?.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count)
    return unsafe start.unsafelyUnwrapped[index]
  }

  /// The first place in sorted elements that does not come before `key`; `end` where all do.
  @inline(__always)
  func firstPlace<Key: Comparable>(
    notBefore key: Key, from first: Int, to end: Int, by keyOf: (Element) -> Key
  ) -> Int {
    var (low, high) = (first, end)
    while low < high {
      let middle = low &+ (high &- low) / 2
      if keyOf(self[middle]) < key { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}

extension FrozenArray where Element: Comparable {
  /// Whether the sorted elements from `first` to before `end` hold this one.
  @inline(__always)
  func contains(_ element: Element, from first: Int, to end: Int) -> Bool {
    let place = firstPlace(notBefore: element, from: first, to: end) { $0 }
    return place < end && self[place] == element
  }

  /// Whether the elements, which are sorted, hold this one.
  @inline(__always)
  func contains(_ element: Element) -> Bool { contains(element, from: 0, to: count) }
}
