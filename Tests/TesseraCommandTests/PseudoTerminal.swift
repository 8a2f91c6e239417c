import Dispatch
import Glibc
import Testing

@testable import tessera

/// A terminal whose other side the test holds.
final class PseudoTerminal: Sendable {
  /// What a person sees and types at.
  private let person: CInt
  /// What a program takes for its terminal.
  private let program: CInt

  /// What a person saw.
  struct Seen: Equatable {
    var text = ""
    /// For each answer, whether it was shown while it was typed.
    var echoes: [Bool] = []
  }

  // Linux's TIOCSPTLCK and TIOCGPTN.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let patienceMilliseconds: CInt = 30_000

  init() throws {
    person = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var lock: CInt = 0
    var number: CInt = -1
    unsafe _ = ioctl(person, PseudoTerminal.setLock, &lock)
    unsafe _ = ioctl(person, PseudoTerminal.getNumber, &number)
    program = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(person >= 0 && program >= 0)
  }

  deinit {
    close(person)
    close(program)
  }

  var prompt: Prompt { Prompt(input: program, output: program) }

  /// Whether what is typed is shown, as the program left it.
  var echoes: Bool {
    var state = termios()
    unsafe tcgetattr(program, &state)
    return state.c_lflag & tcflag_t(ECHO) != 0
  }

  /// A person who waits for each text and types its answer, on a thread of their own: the program,
  /// which waits for them, may have the test's.
  func person(_ answers: KeyValuePairs<String, String>) -> Task<Seen, Never> {
    let (stream, continuation) = AsyncStream<Seen>.makeStream()
    let answers = answers.map { ($0.key, $0.value) }
    DispatchQueue.global().async {
      var seen = Seen()
      for (text, answer) in answers {
        seen.text += self.shown(until: text)
        seen.echoes.append(self.echoes)
        let bytes = Array(answer.utf8)
        unsafe _ = write(self.person, bytes, bytes.count)
      }
      continuation.yield(seen)
    }
    return Task {
      for await seen in stream { return seen }
      return Seen()
    }
  }

  /// Everything shown, until it ends with `text`, or patience ends.
  func shown(until text: String) -> String {
    var shown: [UInt8] = []
    var byte: UInt8 = 0
    var wait = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
    while !shown.reversed().starts(with: text.utf8.reversed()) {
      guard unsafe poll(&wait, 1, PseudoTerminal.patienceMilliseconds) == 1,
        unsafe read(person, &byte, 1) == 1
      else { break }
      shown.append(byte)
    }
    return String(decoding: shown, as: UTF8.self)
  }
}
