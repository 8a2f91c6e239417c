import TesseraModel
import Testing

@Suite struct TokenIDTests {
  @Test func `the printed form reads back, at the edges and between`() {
    var random = SystemRandomNumberGenerator()
    var ids = [
      TokenID(high: 0, low: 0), TokenID(high: .max, low: .max), TokenID(high: 0, low: .max),
      TokenID(high: 1, low: 0), TokenID(high: 1 << 63, low: 1 << 60),
    ]
    for _ in 0..<1000 { ids.append(TokenID(high: random.next(), low: random.next())) }
    for id in ids {
      let text = id.description
      #expect(text.utf8.count == 30 && text.hasPrefix("tok_"))
      #expect(TokenID(text) == id, "\(text)")
    }
  }

  @Test func `printed ids sort as the ids do`() {
    var random = SystemRandomNumberGenerator()
    let ids = (0..<200).map { _ in TokenID(high: random.next(), low: random.next()) }
    #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
  }

  @Test(arguments: [
    "", "tok_", "tok_0", "tok_80000000000000000000000000", "tok_0000000000000000000000000u",
    "TOK_00000000000000000000000000", "tok_000000000000000000000000000",
    "tok_0000000000000000000000000",
  ])
  func `what is no id is refused`(text: String) {
    #expect(TokenID(text) == nil)
  }
}
