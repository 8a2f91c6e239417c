import ArgumentParser
import TesseraClient

/// Moments as people write them: ISO 8601, and the day-first dates `31-01-2027`. A time without an
/// offset is UTC.
enum DateText {
  /// What a date without a time of day means.
  enum Day {
    case start
    /// The last moment of that day belongs to it.
    case end
  }

  static func moment(_ text: String, aDayMeans day: Day) -> Timestamp? {
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
  static func text(_ time: Timestamp) -> String {
    let (seconds, microseconds) = floored(time.microseconds, by: 1_000_000)
    let (days, second) = floored(seconds, by: 86400)
    let (year, month, day) = Calendar.date(of: days)
    var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    text += "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    if microseconds != 0 { text += ".\(padded(microseconds, 6))" }
    return text + "Z"
  }

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

  private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
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

/// The Gregorian calendar, reaching back to the year 1.
enum Calendar {
  // Years are counted from March, so that a leap day is the last of its year; 400 of them are
  // 146,097 days. See H. Hinnant, "chrono-compatible low-level date algorithms".
  static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(of days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  static func dayCount(_ year: Int64, _ month: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
