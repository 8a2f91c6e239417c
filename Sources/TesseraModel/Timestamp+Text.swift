extension Timestamp {
  /// As ISO 8601 has it, in UTC: `2027-01-31T12:00:00Z`, the fraction only where there is one.
  public var text: String {
    let (seconds, fraction) = Timestamp.floored(microseconds, by: 1_000_000)
    let (days, second) = Timestamp.floored(seconds, by: 86400)
    let (year, month, day) = Calendar.date(of: days)
    var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    text += "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    if fraction != 0 { text += ".\(padded(fraction, 6))" }
    return text + "Z"
  }

  private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
