/// What a token's value shows, of this version's form or of an older one, read without copying it.
///
/// Older values have no checksum: 64 or 56 hex digits alone (version 1), or the same after what
/// this version writes before them (version 2).
public enum TokenShape: Equatable, Sendable {
  /// Version 1: nothing but the hash.
  case bare
  /// `*:*.`
  case admin
  /// `user:`
  case personal
  /// `service:`
  case service
  /// `PROJECTS:ENV.`, as the ranges of the two.
  case placed(projects: Range<Int>, environment: Range<Int>)

  /// nil where no version ever made such a value.
  public init?(_ value: borrowing RawSpan) {
    let count = value.byteCount
    guard count <= Limits.tokenValueBytes else { return nil }
    guard let colon = TokenShape.first(UInt8(ascii: ":"), in: value) else {
      guard TokenShape.isHash(value, from: 0) else { return nil }
      self = .bare
      return
    }
    if TokenShape.isHash(value, from: colon + 1) {
      if TokenShape.holds(value, 0..<colon, "user") {
        self = .personal
      } else if TokenShape.holds(value, 0..<colon, "service") {
        self = .service
      } else {
        return nil
      }
      return
    }
    guard let dot = TokenShape.last(UInt8(ascii: "."), in: value), dot > colon,
      TokenShape.isHash(value, from: dot + 1)
    else { return nil }
    let (projects, environment) = (0..<colon, colon + 1..<dot)
    let isForAll = TokenShape.holds(value, projects, "*")
    if isForAll, TokenShape.holds(value, environment, "*") {
      self = .admin
      return
    }
    guard isForAll || TokenShape.holds(value, projects, "[]") || TokenShape.isName(value, projects),
      TokenShape.isName(value, environment)
    else { return nil }
    self = .placed(projects: projects, environment: environment)
  }

  /// Whether 64 or 56 lower-case hex digits are all that is left from `start` on.
  private static func isHash(_ value: borrowing RawSpan, from start: Int) -> Bool {
    let digits = value.byteCount - start
    guard digits == TokenValue.hashCharacters || digits == TokenValue.randomCharacters else {
      return false
    }
    for offset in start..<value.byteCount
    where !isHexDigit(TokenValue.byte(value, offset)) {
      return false
    }
    return true
  }

  private static func isName(_ value: borrowing RawSpan, _ range: Range<Int>) -> Bool {
    guard (1...Limits.nameBytes).contains(range.count) else { return false }
    for offset in range where !isNameByte(TokenValue.byte(value, offset)) { return false }
    return true
  }

  private static func holds(
    _ value: borrowing RawSpan, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<range.count
    where unsafe text.utf8Start[index] != TokenValue.byte(value, range.lowerBound + index) {
      return false
    }
    return true
  }

  private static func first(_ byte: UInt8, in value: borrowing RawSpan) -> Int? {
    for offset in 0..<value.byteCount where TokenValue.byte(value, offset) == byte { return offset }
    return nil
  }

  private static func last(_ byte: UInt8, in value: borrowing RawSpan) -> Int? {
    for offset in stride(from: value.byteCount - 1, through: 0, by: -1)
    where TokenValue.byte(value, offset) == byte {
      return offset
    }
    return nil
  }
}

/// Whether the byte is a lower-case hex digit.
private func isHexDigit(_ byte: UInt8) -> Bool {
  byte &- UInt8(ascii: "0") < 10 || byte &- UInt8(ascii: "a") < 6
}
