import SimulatedMachine

/// What a run did, step by step: the last of it to be shown, all of it as one number.
struct Trace {
  private static let keptLines = 60

  private(set) var lines: [String] = []
  private(set) var digest = RunningDigest()
  /// Lines are printed as they come.
  var isVerbose = false

  mutating func note(_ line: String) {
    if isVerbose { print(line) }
    digest.add(line.utf8)
    if lines.count == Trace.keptLines { lines.removeFirst() }
    lines.append(line)
  }

  mutating func add(_ word: UInt64) { digest.add(word) }
}
