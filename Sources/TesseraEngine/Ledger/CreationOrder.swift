import TesseraModel

/// The tokens in order of their ids, which is the order of creation: the numbers of their current
/// credentials, in blocks. New ones come at the end, so this is a sorted list that never shifts much.
struct CreationOrder {
  private static let blockSize = 1024

  private struct Block {
    var first: TokenID
    var numbers: [CredentialNumber]
  }

  /// No block is empty.
  private var blocks: [Block] = []
  private(set) var count = 0

  /// Adds a token, or gives one that is there its new number. `id` tells the id behind a number.
  mutating func put(
    _ number: CredentialNumber, id: TokenID, idOf: (CredentialNumber) -> TokenID
  ) {
    guard let index = block(for: id) else {
      blocks.insert(Block(first: id, numbers: [number]), at: 0)
      count += 1
      return
    }
    let place = CreationOrder.place(of: id, in: blocks[index].numbers, idOf: idOf)
    if place < blocks[index].numbers.count, idOf(blocks[index].numbers[place]) == id {
      blocks[index].numbers[place] = number
      return
    }
    blocks[index].numbers.insert(number, at: place)
    count += 1
    if blocks[index].numbers.count > CreationOrder.blockSize { split(index, idOf: idOf) }
  }

  mutating func remove(id: TokenID, idOf: (CredentialNumber) -> TokenID) {
    guard let index = block(for: id) else { return }
    let place = CreationOrder.place(of: id, in: blocks[index].numbers, idOf: idOf)
    guard place < blocks[index].numbers.count, idOf(blocks[index].numbers[place]) == id else {
      return
    }
    blocks[index].numbers.remove(at: place)
    count -= 1
    if blocks[index].numbers.isEmpty { blocks.remove(at: index) }
  }

  /// Up to `limit` tokens that follow `id` (all from the first where it is nil), in order.
  func numbers(
    after id: TokenID?, limit: Int, idOf: (CredentialNumber) -> TokenID
  ) -> [CredentialNumber] {
    var found: [CredentialNumber] = []
    var index = 0
    var place = 0
    if let id, let start = block(for: id) {
      index = start
      place = CreationOrder.place(of: id.successor, in: blocks[start].numbers, idOf: idOf)
    }
    while index < blocks.count, found.count < limit {
      found.append(contentsOf: blocks[index].numbers[place...].prefix(limit - found.count))
      index += 1
      place = 0
    }
    return found
  }

  /// Full blocks are split near the end, since what comes is new: the one before stays nearly full.
  private mutating func split(_ index: Int, idOf: (CredentialNumber) -> TokenID) {
    let isLast = index == blocks.count - 1
    let cut = isLast ? CreationOrder.blockSize : CreationOrder.blockSize / 2
    let moved = Array(blocks[index].numbers[cut...])
    blocks[index].numbers.removeSubrange(cut...)
    blocks.insert(Block(first: idOf(moved[0]), numbers: moved), at: index + 1)
  }

  /// The last block that begins at or before `id`.
  private func block(for id: TokenID) -> Int? {
    var low = 0
    var high = blocks.count
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].first <= id { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// Where `id` is among sorted numbers, or would be.
  private static func place(
    of id: TokenID, in numbers: [CredentialNumber], idOf: (CredentialNumber) -> TokenID
  ) -> Int {
    if let last = numbers.last, idOf(last) < id { return numbers.count }
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if idOf(numbers[middle]) < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
