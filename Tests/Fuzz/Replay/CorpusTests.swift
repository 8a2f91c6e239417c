import Foundation
import Testing
import WireFuzz

/// Every input that the fuzzer found worth keeping, run again.
@Suite struct CorpusTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Corpus")

  @Test func `the corpus ends nothing`() throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: CorpusTests.folder, includingPropertiesForKeys: nil)
    var chosen: Set<UInt8> = []
    for file in files {
      let input = [UInt8](try Data(contentsOf: file))
      if let first = input.first { chosen.insert(first) }
      unsafe WireFuzz.run(input.span.bytes)
    }
    // Frames, readings in place and messages are all in it.
    #expect(chosen.isSuperset(of: 0..<WireFuzz.choices))
  }

  @Test func `every input of up to two bytes ends nothing`() {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let input = [first, second]
        unsafe WireFuzz.run(input.span.bytes)
      }
    }
  }
}
