import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct ConcurrentIndexTests {
  /// Few tags in few shards, so that searches run into each other all the time.
  private func collidingHash(_ generator: inout SeededGenerator) -> UInt64 {
    let shard = UInt64.random(in: 0..<3, using: &generator)
    let tag = ([0, 1, 7, 0xffff_fffe, 0xffff_ffff] as [UInt64]).randomElement(using: &generator)!
    let spread = generator.chance(50) ? 0 : UInt64.random(in: 0..<64, using: &generator)
    return shard << 54 | (tag &+ spread) & 0xffff_ffff
  }

  @Test func `it holds what a dictionary holds, whatever the hashes`() {
    var generator = SeededGenerator()
    let index = ConcurrentIndex()
    var retirement = Retirement(epochs: Epochs())
    var model: [CredentialNumber: UInt64] = [:]
    for step in 0..<6_000 {
      // Grows for a while, then shrinks to almost nothing, again and again.
      if generator.chance(step / 500 % 2 == 0 ? 70 : 20) {
        let number = CredentialNumber(
          rawValue: generator.chance(2)
            ? UInt32(Limits.tokens - 1) : UInt32.random(in: 0..<5_000, using: &generator))
        guard model[number] == nil else { continue }
        let hash = collidingHash(&generator)
        index.insert(number, hash: hash, retiring: &retirement)
        model[number] = hash
      } else if let (number, hash) = model.randomElement(using: &generator) {
        let removed = index.remove(number, hash: hash)
        let removedAgain = index.remove(number, hash: hash)
        #expect(removed && !removedAgain)
        model[number] = nil
      }
      index.checkInvariants(count: model.count)
      if step % 100 == 0 { expectSame(index, model) }
      let absent = CredentialNumber(rawValue: 6_000)
      let found = index.find(collidingHash(&generator)) { $0 == absent }
      #expect(found == nil)
    }
    expectSame(index, model)
    free(retirement.collect())
  }

  @Test func `a table of removed entries alone ends every search, and is used again`() {
    let index = ConcurrentIndex()
    var retirement = Retirement(epochs: Epochs())
    for round in 0..<10_000 {
      let number = CredentialNumber(rawValue: UInt32(round))
      index.insert(number, hash: 5, retiring: &retirement)
      index.remove(number, hash: 5)
      let found = index.find(5) { _ in true }
      #expect(found == nil)
      free(retirement.collect())
    }
    index.checkInvariants(count: 0)
    let capacity =
      unsafe ConcurrentIndex.Table(word: index.shards[0].load(ordering: .relaxed)).mask + 1
    #expect(capacity == 8, "what was removed is no reason to grow")
  }

  private func expectSame(_ index: ConcurrentIndex, _ model: [CredentialNumber: UInt64]) {
    for (number, hash) in model {
      let found = index.find(hash) { $0 == number }
      #expect(found == number)
    }
  }

  private func free(_ items: [Retirement.Item]) {
    for item in items { if case .table(let table, let index) = item { index.giveBack(table) } }
  }

  /// CPython hashes bytes with the same function: these are its answers, with the key 0, 0
  /// (PYTHONHASHSEED=0).
  @Test func `the hash is SipHash-1-3`() {
    let hashing = SipHash(key0: 0, key1: 0)
    let id = hashing.hash(TokenID(high: 0x0706_0504_0302_0100, low: 0x0f0e_0d0c_0b0a_0908))
    let digest = hashing.hash(
      Digest(
        0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908, 0x1716_1514_1312_1110,
        0x1f1e_1d1c_1b1a_1918))
    #expect(id == 0x8972188433a5c5b7)
    #expect(digest == 0x31ef8061c910629b)
  }
}

@Suite struct ReclamationTests {
  @Test func `what a reader may still see waits for it, and for nobody who came later`() {
    let epochs = Epochs()
    let early = epochs.register()
    let late = epochs.register()
    var retirement = Retirement(epochs: epochs)
    early.enter()
    retirement.retire(.credential(CredentialNumber(rawValue: 1)))
    let seen = retirement.collect().count
    late.enter()
    retirement.retire(.credential(CredentialNumber(rawValue: 2)))
    let seenByBoth = retirement.collect().count
    early.leave()
    let first = retirement.collect().count
    late.leave()
    let second = retirement.collect().count
    #expect([seen, seenByBoth, first, second] == [0, 0, 1, 1])
  }

  @Test func `a reader that is gone holds nothing up`() {
    let epochs = Epochs()
    var retirement = Retirement(epochs: epochs)
    do {
      let reader = epochs.register()
      reader.enter()
      retirement.retire(.credential(CredentialNumber(rawValue: 1)))
      let seen = retirement.collect().count
      #expect(seen == 0)
    }
    let free = retirement.collect().count
    #expect(free == 1)
  }
}
