import Configuration
import SystemPackage

/// The settings of every source. A value that is not of its setting's kind is an error, and never
/// passed over for a default.
struct Settings {
  /// A file of settings. What it says of other files holds wherever the daemon is started.
  struct File {
    let provider: any ConfigProvider
    /// Where the file is.
    let folder: FilePath
  }

  /// All sources.
  private let reader: ConfigReader
  /// Those that come before the file.
  private let near: ConfigReader
  private let folder: FilePath?

  init(near: [any ConfigProvider], file: File?) {
    self.near = ConfigReader(providers: near)
    reader = ConfigReader(providers: near + (file.map { [$0.provider] } ?? []))
    folder = file?.folder
  }

  func text(_ key: String) async throws -> String? { try await text(key, from: reader) }

  private func text(_ key: String, from reader: ConfigReader) async throws -> String? {
    do {
      return try await reader.fetchString(forKey: ConfigKey(key))
    } catch {
      throw DaemonFailure.configuration("\(key): is no text; in YAML, put it in quotes")
    }
  }

  /// The path of a file, whole: one that is relative begins at the working directory, or in the
  /// file of settings at that file's folder.
  func path(_ key: String) async throws -> String? {
    guard let path = try await text(key) else { return nil }
    guard !path.isEmpty else { throw DaemonFailure.configuration("\(key): is empty; name a path") }
    let isInFile = try await text(key, from: near) == nil
    return try AbsolutePath.of(path, in: isInFile ? folder : nil).string
  }

  func texts(_ key: String) async throws -> [String] {
    do {
      return try await reader.fetchStringArray(forKey: ConfigKey(key), default: [])
    } catch {
      throw DaemonFailure.configuration("\(key): is no list of texts")
    }
  }

  func flag(_ key: String) async throws -> Bool? {
    do {
      return try await reader.fetchBool(forKey: ConfigKey(key))
    } catch {
      throw DaemonFailure.configuration("\(key): is neither true nor false")
    }
  }

  /// One of a few words, and what it stands for.
  func choice<Value>(
    _ key: String, of words: [String: Value], default usual: String
  ) async throws -> Value {
    let word = try await text(key) ?? usual
    guard let value = words[word] else {
      throw DaemonFailure.configuration(
        "\(key): \(word) is none of \(words.keys.sorted().joined(separator: ", "))")
    }
    return value
  }

  /// A length of time, or that there is no end: `.some(nil)`.
  func lifetime(_ key: String, in range: ClosedRange<Duration>) async throws -> Duration?? {
    guard let text = try await text(key) else { return nil }
    if text == "never" { return .some(nil) }
    guard let duration = Duration(setting: text), range.contains(duration) else {
      throw DaemonFailure.configuration(
        "\(key): a number and a unit, as in 90d or 12h (s, m, h or d), of \(range.lowerBound) at "
          + "least and \(range.upperBound.components.seconds / 86_400)d at most, or never")
    }
    return .some(duration)
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

extension Duration {
  /// Reads `90d`; nil for anything else.
  fileprivate init?(setting text: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = UInt32(text.dropLast()) else {
      return nil
    }
    self = .seconds(Int64(count) * unit)
  }
}
