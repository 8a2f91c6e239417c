import Configuration

/// The settings of every source. A value that is not of its setting's kind is an error, and never
/// passed over for a default.
struct Settings {
  private let reader: ConfigReader

  init(_ reader: ConfigReader) { self.reader = reader }

  func text(_ key: String) async throws -> String? {
    do {
      return try await reader.fetchString(forKey: ConfigKey(key))
    } catch {
      throw DaemonFailure.configuration("\(key): is no text; in YAML, put it in quotes")
    }
  }

  func texts(_ key: String) async throws -> [String] {
    do {
      return try await reader.fetchStringArray(forKey: ConfigKey(key), default: [])
    } catch {
      throw DaemonFailure.configuration("\(key): is no list of texts")
    }
  }

  /// - Parameter unit: what is counted, for the error.
  func number(
    _ key: String, in range: ClosedRange<Int>, unit: String = ""
  ) async throws -> Int? {
    let words = unit.isEmpty ? "" : " \(unit)"
    let allowed = "\(key): from \(range.lowerBound) to \(range.upperBound)\(words)"
    let read: Int?
    do {
      read = try await reader.fetchInt(forKey: ConfigKey(key))
    } catch {
      throw DaemonFailure.configuration("\(allowed); what is there is no whole number")
    }
    guard let read else { return nil }
    guard range.contains(read) else { throw DaemonFailure.configuration("\(allowed), not \(read)") }
    return read
  }
}
