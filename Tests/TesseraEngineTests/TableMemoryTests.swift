import Testing

@testable import TesseraEngine

@Suite struct TableMemoryTests {
  @safe
  private struct Block {
    let memory: UnsafeMutableRawPointer
    let log2: Int
    let mark: UInt8
  }

  @Test func `no block is another's, and pages without one are given back`() {
    var generator = SeededGenerator()
    var memory = TableMemory()
    var blocks: [Block] = []
    for step in 0..<4_000 {
      if generator.chance(step / 500 % 2 == 0 ? 70 : 30) {
        let log2 = Int.random(in: 6...22, using: &generator)
        let block = take(log2, from: &memory, mark: UInt8(truncatingIfNeeded: step))
        let address = unsafe UInt(bitPattern: block.memory)
        #expect(address % 64 == 0)
        mark(block)
        blocks.append(block)
      } else if let index = blocks.indices.randomElement(using: &generator) {
        let block = blocks.remove(at: index)
        expectMarked(block)
        unsafe memory.giveBack(block.memory, byteCountLog2: block.log2)
      }
    }
    for block in blocks {
      expectMarked(block)
      unsafe memory.giveBack(block.memory, byteCountLog2: block.log2)
    }
    let pages = memory.pageCount
    #expect(pages == 0)
  }

  @Test func `small tables take no large page, and a thousand of a size share a few`() {
    var memory = TableMemory()
    let small = (0..<1_000).map { _ in take(9, from: &memory) }
    let none = memory.pageCount
    let larger = (0..<1_000).map { _ in take(12, from: &memory) }
    let two = memory.pageCount
    for block in small + larger {
      unsafe memory.giveBack(block.memory, byteCountLog2: block.log2)
    }
    #expect([none, two] == [0, 2])
  }

  private func take(_ log2: Int, from memory: inout TableMemory, mark: UInt8 = 0) -> Block {
    unsafe Block(memory: memory.take(byteCountLog2: log2), log2: log2, mark: mark)
  }

  /// Its ends are its own.
  private func mark(_ block: Block) {
    for offset in [0, 1 << block.log2 - 1] {
      unsafe block.memory.storeBytes(of: block.mark, toByteOffset: offset, as: UInt8.self)
    }
  }

  private func expectMarked(_ block: Block) {
    let first = unsafe block.memory.load(as: UInt8.self)
    let last = unsafe block.memory.load(fromByteOffset: 1 << block.log2 - 1, as: UInt8.self)
    #expect(first == block.mark && last == block.mark)
  }
}
