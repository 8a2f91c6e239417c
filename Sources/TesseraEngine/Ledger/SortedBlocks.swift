import TesseraModel

/// Elements in order of the keys they have, in blocks: to add one, to take one out and to find
/// where to go on shifts one block at most, however many there are. Those that come in order fill
/// each block.
struct SortedBlocks<Element: Sendable, Key: Comparable & Sendable>: Sendable {
  private static var blockSize: Int { 1024 }

  private struct Block: Sendable {
    var first: Key
    var elements: [Element]
  }

  /// No block is empty.
  private var blocks: [Block] = []
  private(set) var count = 0

  /// Adds an element, or puts it in place of the one that has its key. `keyOf` tells the key of one
  /// that is there.
  mutating func put(_ element: Element, key: Key, keyOf: (Element) -> Key) {
    guard !blocks.isEmpty else {
      blocks.append(Block(first: key, elements: [element]))
      count = 1
      return
    }
    var index = block(for: key) ?? 0
    var place = SortedBlocks.place(of: key, in: blocks[index].elements, keyOf: keyOf)
    if place < blocks[index].elements.count, keyOf(blocks[index].elements[place]) == key {
      blocks[index].elements[place] = element
      return
    }
    if blocks[index].elements.count == SortedBlocks.blockSize {
      (index, place) = makeRoom(for: key, index, place, keyOf: keyOf)
    }
    blocks[index].elements.insert(element, at: place)
    if place == 0 { blocks[index].first = key }
    count += 1
  }

  mutating func remove(key: Key, keyOf: (Element) -> Key) {
    guard let index = block(for: key) else { return }
    let place = SortedBlocks.place(of: key, in: blocks[index].elements, keyOf: keyOf)
    guard place < blocks[index].elements.count, keyOf(blocks[index].elements[place]) == key else {
      return
    }
    blocks[index].elements.remove(at: place)
    count -= 1
    if blocks[index].elements.isEmpty { blocks.remove(at: index) }
  }

  /// All of them, in order.
  var all: [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for block in blocks { elements += block.elements }
    return elements
  }

  /// Up to `limit` elements that follow `key` (all from the first where it is nil), in order.
  func elements(after key: Key?, limit: Int, keyOf: (Element) -> Key) -> [Element] {
    var found: [Element] = []
    let start = cursor(after: key, keyOf: keyOf)
    var (index, place) = (start.block, start.place)
    while index < blocks.count, found.count < limit {
      found.append(contentsOf: blocks[index].elements[place...].prefix(limit - found.count))
      index += 1
      place = 0
    }
    return found
  }

  /// Where the elements are read one by one, as long as they stay the same.
  struct Cursor {
    fileprivate var block = 0
    fileprivate var place = 0
  }

  /// Before the first that follows `key`, or before all where it is nil.
  func cursor(after key: Key?, keyOf: (Element) -> Key) -> Cursor {
    guard let key, let start = block(for: key) else { return Cursor() }
    let elements = blocks[start].elements
    var place = SortedBlocks.place(of: key, in: elements, keyOf: keyOf)
    if place < elements.count, keyOf(elements[place]) == key { place += 1 }
    return Cursor(block: start, place: place)
  }

  func next(_ cursor: inout Cursor) -> Element? {
    guard cursor.block < blocks.count else { return nil }
    if cursor.place == blocks[cursor.block].elements.count {
      cursor = Cursor(block: cursor.block + 1)
      guard cursor.block < blocks.count else { return nil }
    }
    cursor.place += 1
    return blocks[cursor.block].elements[cursor.place - 1]
  }

  /// Makes room in a full block at `index`, and says where `key` has its place then. What comes is
  /// new as a rule and begins a block of its own, so that the one before stays full; else the block
  /// is halved.
  private mutating func makeRoom(
    for key: Key, _ index: Int, _ place: Int, keyOf: (Element) -> Key
  ) -> (index: Int, place: Int) {
    let isNewest = index == blocks.count - 1 && place == SortedBlocks.blockSize
    let cut = isNewest ? place : SortedBlocks.blockSize / 2
    let moved = Array(blocks[index].elements[cut...])
    blocks[index].elements.removeSubrange(cut...)
    blocks.insert(Block(first: moved.first.map(keyOf) ?? key, elements: moved), at: index + 1)
    return place >= cut && key >= blocks[index + 1].first
      ? (index + 1, place - cut) : (index, place)
  }

  /// The last block that begins at or before `key`.
  private func block(for key: Key) -> Int? {
    var low = 0
    var high = blocks.count
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].first <= key { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// Where `key` is among sorted elements, or would be.
  private static func place(of key: Key, in elements: [Element], keyOf: (Element) -> Key) -> Int {
    if let last = elements.last, keyOf(last) < key { return elements.count }
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if keyOf(elements[middle]) < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The tokens in order of their ids, which is the order of creation, by the numbers of their
/// current credentials.
typealias CreationOrder = SortedBlocks<CredentialNumber, TokenID>

/// Names, and whatever else is its own key.
typealias SortedNames<Name: Comparable & Sendable> = SortedBlocks<Name, Name>

extension SortedBlocks where Element == Key {
  mutating func insert(_ name: Element) { put(name, key: name) { $0 } }
  mutating func remove(_ name: Element) { remove(key: name) { $0 } }

  /// Up to `limit` that follow `name`, from the first where it is nil.
  func names(after name: Element?, limit: Int) -> [Element] {
    elements(after: name, limit: limit) { $0 }
  }
}
