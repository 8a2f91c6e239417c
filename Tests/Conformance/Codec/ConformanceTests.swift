import TesseraModel
import TesseraWire
import Testing

@Suite struct ConformanceTests {
  @Test func `the codec has every message of the protocol`() {
    let ours = Set(Codec.all.map(\.name)).union(Codec.partsOfOthers)
    #expect(ours == Set(Oracle.all.map(\.name)))
  }

  /// Three ways round: the generator's bytes, libprotobuf-c's and the codec's all say the same.
  @Test(arguments: Codec.all.map(\.name))
  func `generated messages mean the same to both`(name: String) throws {
    let codec = try #require(Codec.all.first { $0.name == name })
    let oracle = Oracle.named(name)
    var generator = Generator(seed: seed ^ UInt64(oracle.index))
    for round in 0..<400 {
      let made = generator.make(oracle)
      let packed = try #require(oracle.repack(made.bytes))
      #expect(oracle.describe(packed) == made.text, "seed \(seed), round \(round)")
      let recoded = try codec.recode(packed)
      #expect(oracle.describe(recoded) == made.text, "seed \(seed), round \(round)")
      // Both write fields in order and leave out defaults, so the bytes are the same too.
      #expect(recoded == packed, "seed \(seed), round \(round)")
    }
  }
}
