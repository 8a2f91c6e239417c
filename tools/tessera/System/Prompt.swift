import Glibc
import TesseraClient

/// Questions to whoever sits at a terminal.
struct Prompt: Sendable {
  /// Standard input is asked, beside standard error.
  static let standard = Prompt(input: STDIN_FILENO, output: STDERR_FILENO)

  let input: CInt
  let output: CInt

  var isTerminal: Bool { isatty(input) == 1 }

  /// Asks a question and reads one line; nil where the input has ended.
  func ask(_ question: String) -> String? {
    Terminal.write(question, to: output)
    return line().map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether the answer is yes; what is neither yes nor no is no.
  func confirms(_ question: String) -> Bool {
    ["y", "yes"].contains((ask(question + " [y/N] ") ?? "").lowercased())
  }

  /// Reads a line that is not shown while it is typed; nil where the input has ended, or the line
  /// is empty.
  func askSecretly(_ question: String) -> Secret? {
    var before = termios()
    let isKnown = unsafe tcgetattr(input, &before) == 0
    // The key that interrupts must not end the command while nothing is shown, or the terminal
    // would stay so. It ends the line instead, and interrupts when the terminal is as it was.
    let interrupt = before.c_cc.0
    if isKnown {
      var silent = before
      silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
      silent.c_cc.11 = interrupt
      unsafe tcsetattr(input, TCSAFLUSH, &silent)
    }
    // Asked when the terminal is ready, since what was typed before is dropped.
    Terminal.write(question, to: output)
    let line = line(endedAlsoBy: isKnown && interrupt != 0 ? interrupt : nil)
    if isKnown { unsafe tcsetattr(input, TCSAFLUSH, &before) }
    Terminal.write("\n", to: output)
    guard var line else { return nil }
    if isKnown, interrupt != 0, line.last == interrupt {
      raise(SIGINT)
      return nil
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line.isEmpty ? nil : Secret(line)
  }

  /// One line without its end, as it comes: nothing behind it is taken from the input. One that
  /// ends by another byte holds that byte.
  private func line(endedAlsoBy other: UInt8? = nil) -> [UInt8]? {
    var line: [UInt8] = []
    while line.count < Prompt.lineLimit {
      var byte: UInt8 = 0
      let count = unsafe read(input, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return line.isEmpty ? nil : line }
      if byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
      if byte == other { return line }
    }
    return line
  }

  private static let lineLimit = 4096
}
