/// Moments as people write them: ISO 8601, and the day-first dates `31-01-2027`. A time without an
/// offset is UTC.
public enum DateText {
  /// What a date without a time of day means.
  public enum Day: Sendable {
    case start
    /// The last moment of that day belongs to it.
    case end
  }

  public static func moment(_ text: String, aDayMeans day: Day) -> Timestamp? {
    var reader = DigitReader(text)
    guard let days = date(&reader) else { return nil }
    if reader.isAtEnd {
      return timestamp(days + (day == .end ? 1 : 0), seconds: 0, microseconds: 0)
    }
    guard reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.digits(2), hour < 24, reader.take(":"),
      let minute = reader.digits(2), minute < 60
    else { return nil }
    var second: Int64 = 0
    var microseconds: Int64 = 0
    if reader.take(":") {
      guard let read = reader.digits(2), read < 60 else { return nil }
      second = read
      if reader.take(".") {
        guard let fraction = reader.fraction() else { return nil }
        microseconds = fraction
      }
    }
    guard let offset = offset(&reader), reader.isAtEnd else { return nil }
    return timestamp(
      days, seconds: hour * 3600 + minute * 60 + second - offset, microseconds: microseconds)
  }

  /// `2027-01-31T12:00:00Z`, the fraction only where there is one.
  public static func text(_ time: Timestamp) -> String { time.text }

  /// Days since 1970 of `YYYY-MM-DD` or `DD-MM-YYYY`.
  private static func date(_ reader: inout DigitReader) -> Int64? {
    let parts: (year: Int64, month: Int64, day: Int64)
    if let year = reader.digits(4) {
      guard reader.take("-"), let month = reader.digits(2), reader.take("-"),
        let day = reader.digits(2)
      else { return nil }
      parts = (year, month, day)
    } else {
      guard let day = reader.digits(2), reader.take("-"), let month = reader.digits(2),
        reader.take("-"), let year = reader.digits(4)
      else { return nil }
      parts = (year, month, day)
    }
    guard parts.year >= 1, (1...12).contains(parts.month), parts.day >= 1,
      parts.day <= Calendar.dayCount(parts.year, parts.month)
    else { return nil }
    return Calendar.days(parts.year, parts.month, parts.day)
  }

  /// Seconds east of UTC: `Z`, `+02:00`, `-0530`, or nothing.
  private static func offset(_ reader: inout DigitReader) -> Int64? {
    if reader.isAtEnd || reader.take("Z") || reader.take("z") { return 0 }
    let sign: Int64
    if reader.take("+") { sign = 1 } else if reader.take("-") { sign = -1 } else { return nil }
    guard let hours = reader.digits(2), hours < 24 else { return nil }
    _ = reader.take(":")
    guard let minutes = reader.digits(2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private static func timestamp(_ days: Int64, seconds: Int64, microseconds: Int64) -> Timestamp? {
    let time = Timestamp(microseconds: (days * 86400 + seconds) * 1_000_000 + microseconds)
    return time >= .earliest && time <= .latest ? time : nil
  }
}

/// Reads a text from its start, some bytes at a time.
private struct DigitReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  /// A number of exactly `count` digits; nil, and nothing is taken, where there are not so many.
  mutating func digits(_ count: Int) -> Int64? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
  }

  /// Digits after the point, in microseconds; beyond six they are cut off.
  mutating func fraction() -> Int64? {
    let digits = rest.prefix { (48...57).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    let six = Array(digits.prefix(6)) + Array(repeating: 48, count: max(0, 6 - digits.count))
    return six.reduce(0) { $0 * 10 + Int64($1 - 48) }
  }
}
