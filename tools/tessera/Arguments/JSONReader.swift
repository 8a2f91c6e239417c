import TesseraClient

/// Reads one JSON text (RFC 8259), strictly. Numbers are whole and not negative, as everything here
/// that has one.
struct JSONReader {
  struct Malformed: Error, Equatable {
    /// From 1 on.
    let line: Int
    let reason: String
  }

  private static let depthLimit = 16

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  static func read(_ bytes: [UInt8]) throws(Malformed) -> JSON {
    var reader = JSONReader(bytes)
    let value = try reader.value()
    reader.skipSpace()
    guard reader.next == nil else { throw reader.malformed("there is more than one value") }
    return value
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func malformed(_ reason: String) -> Malformed {
    let newlines = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") }
    return Malformed(line: newlines + 1, reason: reason)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
    guard take(character) else { throw malformed("'\(character)' is missing") }
  }

  private mutating func value() throws(Malformed) -> JSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try inside { reader throws(Malformed) in try reader.object() }
    case UInt8(ascii: "["): return try inside { reader throws(Malformed) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case let digit? where (48...57).contains(digit): return try number()
    case nil: throw malformed("the text ends too early")
    default: return try word()
    }
  }

  private mutating func inside(
    _ body: (inout JSONReader) throws(Malformed) -> JSON
  ) throws(Malformed) -> JSON {
    guard depth < JSONReader.depthLimit else { throw malformed("it is nested too deep") }
    depth += 1
    defer { depth -= 1 }
    position += 1
    return try body(&self)
  }

  private mutating func object() throws(Malformed) -> JSON {
    var members: [JSON.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      let name = try string()
      guard names.insert(name).inserted else { throw malformed("'\(name)' is there twice") }
      skipSpace()
      try expect(":")
      members.append(JSON.Member(name: name, value: try value()))
      skipSpace()
    } while take(",")
    try expect("}")
    return .object(members)
  }

  private mutating func array() throws(Malformed) -> JSON {
    var values: [JSON] = []
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      values.append(try value())
      skipSpace()
    } while take(",")
    try expect("]")
    return .array(values)
  }

  private mutating func word() throws(Malformed) -> JSON {
    let words: [(String, JSON)] = [("null", .null), ("true", .bool(true)), ("false", .bool(false))]
    for (word, value) in words where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw malformed("that is no value: quote texts, and write numbers whole")
  }

  private mutating func number() throws(Malformed) -> JSON {
    let digits = bytes[position...].prefix { (48...57).contains($0) }
    position += digits.count
    let isWhole = next.map { !".eE".utf8.contains($0) } ?? true
    guard isWhole, digits.count == 1 || digits.first != 48,
      let number = UInt64(String(decoding: digits, as: UTF8.self))
    else { throw malformed("a number here is whole, and no greater than 64 bits hold") }
    return .number(number)
  }
}

extension JSONReader {
  private mutating func string() throws(Malformed) -> String {
    guard take("\"") else { throw malformed("a text in double quotes is missing") }
    var contents: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: contents, as: UTF8.self) else {
          throw malformed("a text is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): contents += try escaped()
      case ..<0x20: throw malformed("a control character in a text is not escaped")
      default: contents.append(byte)
      }
    }
    throw malformed("a text has no end")
  }

  /// What stands after a backslash, as UTF-8.
  private mutating func escaped() throws(Malformed) -> [UInt8] {
    let plain: [UInt8: UInt8] = [
      UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
      UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c,
      UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09,
    ]
    guard let byte = next else { throw malformed("a text has no end") }
    position += 1
    if let character = plain[byte] { return [character] }
    guard byte == UInt8(ascii: "u") else { throw malformed("that is no escape") }
    let unit = try codeUnit()
    var code = UInt32(unit)
    if UTF16.isLeadSurrogate(unit) {
      guard take("\\"), take("u") else { throw malformed("half a character is escaped") }
      let other = try codeUnit()
      guard UTF16.isTrailSurrogate(other) else { throw malformed("half a character is escaped") }
      code = 0x10000 + (UInt32(unit) & 0x3ff) << 10 + UInt32(other) & 0x3ff
    }
    guard let scalar = Unicode.Scalar(code) else { throw malformed("half a character is escaped") }
    return Array(String(scalar).utf8)
  }

  private mutating func codeUnit() throws(Malformed) -> UInt16 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw malformed("\\u stands before four hex digits") }
    position += 4
    return unit
  }
}
