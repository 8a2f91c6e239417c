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
    guard !blocks.isEmpty else {
      blocks.append(Block(first: id, numbers: [number]))
      count = 1
      return
    }
    var index = block(for: id) ?? 0
    var place = CreationOrder.place(of: id, in: blocks[index].numbers, idOf: idOf)
    if place < blocks[index].numbers.count, idOf(blocks[index].numbers[place]) == id {
      blocks[index].numbers[place] = number
      return
    }
    if blocks[index].numbers.count == CreationOrder.blockSize {
      (index, place) = makeRoom(for: id, index, place, idOf: idOf)
    }
    blocks[index].numbers.insert(number, at: place)
    if place == 0 { blocks[index].first = id }
    count += 1
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

  /// All tokens, in order.
  var all: [CredentialNumber] {
    var numbers: [CredentialNumber] = []
    numbers.reserveCapacity(count)
    for block in blocks { numbers += block.numbers }
    return numbers
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
      let numbers = blocks[start].numbers
      place = CreationOrder.place(of: id, in: numbers, idOf: idOf)
      if place < numbers.count, idOf(numbers[place]) == id { place += 1 }
    }
    while index < blocks.count, found.count < limit {
      found.append(contentsOf: blocks[index].numbers[place...].prefix(limit - found.count))
      index += 1
      place = 0
    }
    return found
  }

  /// Makes room in a full block at `index`, and says where `id` has its place then. What comes is new
  /// as a rule and begins a block of its own, so that the one before stays full; else the block is
  /// halved.
  private mutating func makeRoom(
    for id: TokenID, _ index: Int, _ place: Int, idOf: (CredentialNumber) -> TokenID
  ) -> (index: Int, place: Int) {
    let isNewest = index == blocks.count - 1 && place == CreationOrder.blockSize
    let cut = isNewest ? place : CreationOrder.blockSize / 2
    let moved = Array(blocks[index].numbers[cut...])
    blocks[index].numbers.removeSubrange(cut...)
    blocks.insert(Block(first: moved.first.map(idOf) ?? id, numbers: moved), at: index + 1)
    return place >= cut && id >= blocks[index + 1].first
      ? (index + 1, place - cut) : (index, place)
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
