/// How far a long command is, on a terminal; nothing anywhere else.
struct Progress {
  private static let width = 30

  private let total: Int
  private let isShown: Bool
  private var drawnSteps = -1

  init(total: Int, isShown: Bool = Terminal.errorIsTerminal) {
    self.total = total
    self.isShown = isShown
  }

  /// Draws anew where enough has changed to be seen: a thousand times at most.
  mutating func advance(to done: Int) {
    guard isShown, done * 1000 / total != drawnSteps else { return }
    drawnSteps = done * 1000 / total
    Terminal.draw(Progress.line(done, of: total))
  }

  func finish() { if isShown, drawnSteps >= 0 { Terminal.say("") } }

  /// `[###############               ]  50% 500/1000`
  static func line(_ done: Int, of total: Int) -> String {
    let filled = done * width / total
    let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: width - filled)
    let percent = String(done * 100 / total)
    return
      "[\(bar)] \(String(repeating: " ", count: 3 - percent.count))\(percent)% \(done)/\(total)"
  }
}
