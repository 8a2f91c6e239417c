import Glibc
import TesseraClient

/// Standard input, output and error.
enum Terminal {
  static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether data may be coloured: on a terminal, unless the user asks for none.
  static var usesColour: Bool {
    outputIsTerminal && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
  }

  /// Whether data may be drawn over what was drawn before.
  static var redraws: Bool { outputIsTerminal && environment("TERM") != "dumb" }

  /// Rows and columns of the terminal that data goes to; nil where it goes to none.
  static var size: (rows: Int, columns: Int)? {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0,
      size.ws_col > 0
    else { return nil }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// Data.
  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Data that is drawn over what was there.
  static func show(frame text: String) { write(text, to: STDOUT_FILENO) }

  /// Words.
  static func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Replaces the line that was drawn last.
  static func draw(_ line: String) { write("\r\u{1b}[K" + line, to: STDERR_FILENO) }

  static func fail(_ message: String, _ status: CommandStatus) -> Never {
    if !message.isEmpty { say("tessera: \(Printable.text(message))") }
    exit(status.rawValue)
  }

  /// A variable of the environment; nil where it is empty too.
  @Sendable static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// Everything on standard input, up to `limit` bytes and one more, which tells that there is
  /// more.
  static func readInput(upTo limit: Int) -> [UInt8] { FileText.read(STDIN_FILENO, upTo: limit) }

  static func write(_ text: String, to descriptor: CInt) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        // Who reads no more wants no more: a closed pipe ends the command, as it does others.
        exit(CommandStatus.no.rawValue)
      }
      bytes = bytes.dropFirst(count)
    }
  }
}
