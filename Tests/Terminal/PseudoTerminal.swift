import Dispatch
import Glibc

/// A terminal whose other side the test holds.
public final class PseudoTerminal: Sendable {
  /// What a person sees and types at.
  private let person: CInt
  /// What a program takes for its terminal.
  public let program: CInt

  /// What a person saw.
  public struct Seen: Equatable, Sendable {
    public var text: String
    /// For each answer, whether it was shown while it was typed.
    public var echoes: [Bool]

    public init(text: String = "", echoes: [Bool] = []) {
      self.text = text
      self.echoes = echoes
    }
  }

  public struct Unavailable: Error {}

  // Linux's TIOCSPTLCK and TIOCGPTN.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let patienceMilliseconds: CInt = 30_000

  public init() throws {
    person = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var lock: CInt = 0
    var number: CInt = -1
    unsafe _ = ioctl(person, PseudoTerminal.setLock, &lock)
    unsafe _ = ioctl(person, PseudoTerminal.getNumber, &number)
    program = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard person >= 0, program >= 0 else { throw Unavailable() }
  }

  deinit {
    close(person)
    close(program)
  }

  /// Whether what is typed is shown, as the program left it.
  public var echoes: Bool {
    var state = termios()
    unsafe tcgetattr(program, &state)
    return state.c_lflag & tcflag_t(ECHO) != 0
  }

  /// How large it says that it is.
  public func resize(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    unsafe _ = ioctl(person, UInt(TIOCSWINSZ), &size)
  }

  /// A person who waits for each text and types its answer, on a thread of their own: the program,
  /// which waits for them, may have the test's.
  public func person(_ answers: KeyValuePairs<String, String>) -> Task<Seen, Never> {
    let (stream, continuation) = AsyncStream<Seen>.makeStream()
    let answers = answers.map { ($0.key, $0.value) }
    DispatchQueue.global().async { continuation.yield(self.answer(answers)) }
    return Task {
      for await seen in stream { return seen }
      return Seen()
    }
  }

  /// Waits for each text and types its answer.
  public func answer(_ answers: [(text: String, typed: String)]) -> Seen {
    var seen = Seen()
    for (text, typed) in answers {
      seen.text += shown(until: text)
      seen.echoes.append(echoes)
      let bytes = Array(typed.utf8)
      unsafe _ = write(person, bytes, bytes.count)
    }
    return seen
  }

  /// Everything shown, until it ends with `text`, or patience ends.
  public func shown(until text: String) -> String {
    shown(PseudoTerminal.patienceMilliseconds) {
      $0.reversed().starts(with: text.utf8.reversed())
    }
  }

  /// What was shown and not looked at. All, once the programs that show something have ended.
  public func rest() -> String { shown(0) { _ in false } }

  private func shown(_ patience: CInt, until isEnough: ([UInt8]) -> Bool) -> String {
    var shown: [UInt8] = []
    var byte: UInt8 = 0
    var wait = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
    while !isEnough(shown) {
      guard unsafe poll(&wait, 1, patience) == 1, unsafe read(person, &byte, 1) == 1 else { break }
      shown.append(byte)
    }
    return String(decoding: shown, as: UTF8.self)
  }
}
