import ArgumentParser

/// Spans of time as people write them: `90s`, `15m`, `12h`, `30d`, `2w`.
enum DurationText {
  static func parse(_ text: String) throws -> Duration {
    guard let duration = duration(text) else {
      throw ValidationError("'\(text)' is no span of time; write 90s, 15m, 12h, 30d or 2w")
    }
    return duration
  }

  /// More than 0 and at most ten thousand years; nil for anything else.
  static func duration(_ text: some StringProtocol) -> Duration? {
    guard let unit = text.last, let seconds = secondsPerUnit[unit] else { return nil }
    let digits = text.dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int64(digits), number > 0
    else { return nil }
    let (total, isTooLong) = number.multipliedReportingOverflow(by: seconds)
    return isTooLong || total > 315_576_000_000 ? nil : .seconds(total)
  }

  private static let secondsPerUnit: [Character: Int64] = [
    "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400,
  ]
}
