import ArgumentParser
import Glibc
import TesseraJournal
import TesseraModel
import TesseraSystem

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read every file, and say what a start would do. Nothing is changed.",
    discussion: """
      Exit codes: 0 all is as it was written, a torn end that a crash can leave apart; 1 a start \
      would go, but something it does not need is damaged; 65 a start would stop.
      """)

  @OptionGroup var directory: DataOption

  func run() async throws {
    try await exitingCleanly {
      let found = try directory.view().inspect(clock: .checked(.now))
      for file in found.files { StandardOutput.write(file.line) }
      for line in found.start.lines { StandardOutput.write(line) }
      if !found.start.goes { throw ExitCode(EX_DATAERR) }
      if !found.isIntact { throw ExitCode(1) }
    }
  }
}

extension FileReport {
  /// `journal/….segment: changes 1 to 48, 9120 bytes, written by tessera 0.1: intact`
  var line: String {
    var facts: [String] = []
    if let revisions { facts.append("changes \(revisions.words)") }
    if let covered {
      facts.append(
        """
        covers all up to \(covered.lowerBound.rawValue), may hold some up to \
        \(covered.upperBound.rawValue): \(records.tokens) tokens, \(records.users) users, \
        \(records.registryEntries) registry entries, \(records.events) events
        """)
    }
    if revisions == nil, covered == nil, !isFaulty { facts.append("no changes") }
    if bytes > 0 { facts.append("\(bytes) bytes") }
    if let software { facts.append("written by \(software)") }
    return "\(path): \(facts.joined(separator: ", ")): \(finding.words)"
  }
}

extension FileReport.Finding {
  var words: String {
    switch self {
    case .intact: "intact"
    case .torn(let offset, let bytes):
      "intact up to offset \(offset); then \(bytes) bytes of a change that was not acknowledged"
    case .faulty(.damaged(let damage)): "DAMAGED at offset \(damage.offset): \(damage.what)"
    case .faulty(let error): "UNREADABLE: \(error)"
    }
  }
}

/// `1 change`, `2 changes`.
func counted(_ count: UInt64, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

extension ClosedRange<Revision> {
  var words: String {
    lowerBound == upperBound
      ? "\(lowerBound.rawValue)" : "\(lowerBound.rawValue) to \(upperBound.rawValue)"
  }
}

extension StartForecast {
  var lines: [String] {
    switch self {
    case .stops(let error): ["A start would stop: \(error)"]
    case .starts(let report): report.lines
    }
  }
}

extension RecoveryReport {
  /// What a start does, in the order in which it does it.
  fileprivate var lines: [String] {
    var lines = damagedSnapshots.map { "A start would set \($0.file) aside: \($0.what)." }
    if let torn = tornTail {
      lines.append(
        "A start would cut \(torn.bytes) bytes off \(torn.file) at offset \(torn.offset), "
          + "which no acknowledged change is in, and keep a copy in \(torn.copy).")
    }
    if let unfinishedSegment {
      lines.append("A start would write the end of \(unfinishedSegment), which a crash prevented.")
    }
    let from = snapshot.map { "snapshot \($0.rawValue)" } ?? "no snapshot"
    lines.append(
      "A start would serve revision \(lastRevision.rawValue): \(from), then "
        + "\(counted(UInt64(entries), "change")) of the journal.")
    return lines
  }
}
