import TesseraClient

/// Where a secret is read from: never an argument, which others on the machine could see.
enum TokenInput {
  /// The secret in a file, or on standard input where `path` is nil or `-`.
  ///
  /// - Parameter noun: what it is: a value, a password.
  static func read(_ path: String?, of noun: String = "value") throws(CommandFailure) -> Secret {
    guard let path, path != "-" else {
      guard Prompt.standard.isTerminal else {
        return try value(Terminal.readInput(upTo: limit), from: "standard input", of: noun)
      }
      let question = noun.prefix(1).uppercased() + noun.dropFirst() + ": "
      guard let secret = Prompt.standard.askSecretly(question) else {
        throw CommandFailure(.usage, "no \(noun) was given")
      }
      return secret
    }
    let contents: [UInt8]
    do throws(FileText.Unreadable) {
      contents = try FileText.read(path, upTo: limit)
    } catch {
      throw CommandFailure(.usage, "cannot read \(error.path): \(error.reason)")
    }
    return try value(contents, from: path, of: noun)
  }

  private static let limit = Limits.passwordBytes.upperBound + 2

  /// The one line that the bytes hold.
  static func value(
    _ bytes: [UInt8], from source: String, of noun: String = "value"
  ) throws(CommandFailure) -> Secret {
    var line = bytes[...]
    if line.last == UInt8(ascii: "\n") { line.removeLast() }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard !line.isEmpty else {
      throw CommandFailure(.usage, "\(source) holds no \(noun); give one on one line")
    }
    guard !line.contains(UInt8(ascii: "\n")) else {
      throw CommandFailure(.usage, "\(source) holds more than one line; give one \(noun)")
    }
    return Secret(Array(line))
  }
}
