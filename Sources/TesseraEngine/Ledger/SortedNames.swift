/// Names in order, in blocks: to add one, to take one out and to find where to go on shifts one block
/// at most, however many there are.
struct SortedNames<Name: Comparable & Sendable>: Sendable {
  private static var blockSize: Int { 512 }

  /// No block is empty, and none holds more than `blockSize`.
  private var blocks: [[Name]] = []
  private(set) var count = 0

  mutating func insert(_ name: Name) {
    guard !blocks.isEmpty else {
      blocks.append([name])
      count = 1
      return
    }
    var index = block(for: name)
    var place = SortedNames.place(of: name, in: blocks[index])
    if place < blocks[index].count, blocks[index][place] == name { return }
    if blocks[index].count == SortedNames.blockSize {
      // Names that come in order fill each block.
      let isLast = index == blocks.count - 1 && place == SortedNames.blockSize
      let cut = isLast ? place : SortedNames.blockSize / 2
      let moved = Array(blocks[index][cut...])
      blocks[index].removeSubrange(cut...)
      blocks.insert(moved, at: index + 1)
      if place >= cut, isLast || place > cut { (index, place) = (index + 1, place - cut) }
    }
    blocks[index].insert(name, at: place)
    count += 1
  }

  mutating func remove(_ name: Name) {
    guard !blocks.isEmpty else { return }
    let index = block(for: name)
    let place = SortedNames.place(of: name, in: blocks[index])
    guard place < blocks[index].count, blocks[index][place] == name else { return }
    blocks[index].remove(at: place)
    count -= 1
    if blocks[index].isEmpty { blocks.remove(at: index) }
  }

  /// Up to `limit` names that follow `name`, from the first where it is nil.
  func names(after name: Name?, limit: Int) -> [Name] {
    guard !blocks.isEmpty, limit > 0 else { return [] }
    var (index, place) = (0, 0)
    if let name {
      index = block(for: name)
      place = SortedNames.place(of: name, in: blocks[index])
      if place < blocks[index].count, blocks[index][place] == name { place += 1 }
    }
    var found: [Name] = []
    while index < blocks.count, found.count < limit {
      found += blocks[index][place...].prefix(limit - found.count)
      (index, place) = (index + 1, 0)
    }
    return found
  }

  /// The last block that begins at or before `name`, or the first. There is one.
  private func block(for name: Name) -> Int {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if let first = blocks[middle].first, first <= name { low = middle + 1 } else { high = middle }
    }
    return max(low - 1, 0)
  }

  private static func place(of name: Name, in names: [Name]) -> Int {
    if let last = names.last, last < name { return names.count }
    var (low, high) = (0, names.count)
    while low < high {
      let middle = (low + high) / 2
      if names[middle] < name { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
