import Testing

@testable import tessera

@Suite struct JSONReaderTests {
  private func read(_ text: String) throws(JSONReader.Malformed) -> JSON {
    try JSONReader.read(Array(text.utf8))
  }

  @Test func `values of every kind`() throws {
    let text =
      #" { "a" : [ 1 , true,false, null ] , "b" : { } , "c":[], "d":18446744073709551615} "#
    let expected = JSON.object([
      "a": .array([.number(1), .bool(true), .bool(false), .null]), "b": .object([]),
      "c": .array([]), "d": .number(.max),
    ])
    #expect(try read(text) == expected)
    #expect(try read(expected.text) == expected)
  }

  @Test func `escapes`() throws {
    #expect(
      try read(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00名""#)
        == .string("\"\\/\u{8}\u{c}\n\r\té\u{1f600}名"))
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[1 2]", "1 2", "01", "-1",
    "1.5", "1e3", "18446744073709551616", "tru", "nul", "\"", "\"\u{1}\"", #""\x""#, #""\u12""#,
    #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "{\"a\":1,\"a\":2}", "'a'",
    String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
  ])
  func `what is no JSON is refused`(_ text: String) {
    #expect(throws: JSONReader.Malformed.self) { _ = try read(text) }
  }

  @Test func `bytes that are no UTF-8 are refused, and the line is named`() {
    #expect(throws: JSONReader.Malformed(line: 3, reason: "a text is not UTF-8")) {
      _ = try JSONReader.read(Array("[\n1,\n\"".utf8) + [0xff, 0x22, 0x5d])
    }
  }

  @Test func `sixteen levels are not too deep`() throws {
    _ = try read(String(repeating: "[", count: 16) + String(repeating: "]", count: 16))
  }

  @Test func `whatever the bytes, it ends with a value or an error`() {
    var random = SeededRandom()
    let alphabet = Array(#"{}[]",:\u0019tfn eabc"#.utf8) + [0xff, 0xc3, 0x0a]
    for _ in 0..<20_000 {
      let bytes = (0..<UInt8.random(in: 0..<24, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      // What is read is written and read again.
      if let value = try? JSONReader.read(bytes) {
        #expect(
          (try? JSONReader.read(Array(value.text.utf8))) == value, "TESSERA_SEED=\(random.seed)")
      }
    }
  }
}
