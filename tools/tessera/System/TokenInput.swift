import TesseraClient

/// Where a token's value is read from: never an argument, which others on the machine could see.
enum TokenInput {
  /// The value in a file, or on standard input where `path` is nil or `-`.
  static func read(_ path: String?) throws(CommandFailure) -> Secret {
    guard let path, path != "-" else {
      guard Terminal.inputIsTerminal else {
        return try value(Terminal.readInput(upTo: limit), from: "standard input")
      }
      return try value(Array((Terminal.askSecretly("Value: ") ?? "").utf8), from: "standard input")
    }
    do {
      return try value(try FileText.read(path, upTo: limit), from: path)
    } catch let error as FileText.Unreadable {
      throw CommandFailure(.usage, "cannot read \(error.path): \(error.reason)")
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(.usage, "cannot read \(path): \(error)")
    }
  }

  private static let limit = Limits.tokenValueBytes + 2

  /// The one line that the bytes hold.
  static func value(_ bytes: [UInt8], from source: String) throws(CommandFailure) -> Secret {
    var line = bytes[...]
    if line.last == UInt8(ascii: "\n") { line.removeLast() }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard !line.isEmpty else {
      throw CommandFailure(.usage, "\(source) holds no value; give one on one line")
    }
    guard !line.contains(UInt8(ascii: "\n")) else {
      throw CommandFailure(.usage, "\(source) holds more than one line; give one value")
    }
    return Secret(Array(line))
  }
}
