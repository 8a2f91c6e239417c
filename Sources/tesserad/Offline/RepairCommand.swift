import ArgumentParser
import Glibc
import TesseraJournal
import TesseraModel
import TesseraSystem

struct RepairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Cut off what a start stops at, after a copy, when you have seen what is lost.",
    discussion: """
      A backup loses less, if there is one: tesserad restore. Where a start would go there is \
      nothing to repair, and nothing is changed.
      """)

  @OptionGroup var directory: DataOption

  @Flag(help: "Do not ask.")
  var yes = false

  func run() async throws {
    try await exitingCleanly {
      let data = try DataDirectory(opening: directory.data, on: PosixDisk())
      guard let plan = try data.view.cutPlan() else {
        StandardOutput.write("There is nothing to repair, and nothing was changed.")
        for line in try data.view.forecast().lines { StandardOutput.write(line) }
        return
      }
      for line in plan.lines { StandardOutput.write(line) }
      guard try yes || isAgreedTo() else {
        StandardOutput.write("Nothing was changed.")
        throw ExitCode(1)
      }
      for copy in try data.carryOut(plan) { StandardOutput.write("Kept a copy: \(copy)") }
      let start = try data.view.forecast()
      for line in start.lines { StandardOutput.write(line) }
      if !start.goes { throw ExitCode(EX_DATAERR) }
    }
  }

  private func isAgreedTo() throws -> Bool {
    guard isatty(STDIN_FILENO) == 1 else {
      throw DaemonFailure(
        message: "there is nobody to ask; look at the above, then give --yes. Nothing was changed",
        exitCode: EX_USAGE)
    }
    StandardError.write("Cut this off? Type 'yes' to go on:")
    return readLine() == "yes"
  }
}

extension CutPlan {
  /// What is wrong, what would be cut, and what is lost with it.
  fileprivate var lines: [String] {
    var lines = ["A start stops: \(reason)", "It would go if this went:"]
    lines += cuts.map { "  \($0.bytes) bytes of \($0.file), from offset \($0.offset) on" }
    lines += segments.map { "  \($0), all of it" }
    lines += snapshots.map { "  \($0), which holds changes that the journal has no more" }
    lines.append("Changes up to revision \(last.rawValue) are kept.")
    return lines + lost.lines(keeping: last)
  }
}

extension LostChanges {
  fileprivate func lines(keeping last: Revision) -> [String] {
    var lines: [String] = []
    if let revisions {
      let count = revisions.upperBound.rawValue - revisions.lowerBound.rawValue + 1
      lines.append(
        "Lost: \(counted(count, "change")), \(count == 1 ? "revision" : "revisions") \(revisions.words), of which \(readable) can be read."
      )
    }
    if revocations > 0 {
      lines.append(
        "Of those that can be read, \(revocations) REVOKE: what they revoked is VALID AGAIN. "
          + "Revoke it anew:")
      lines += list(revokedTokens)
    }
    if !regeneratedTokens.isEmpty {
      lines.append(
        "Of those that can be read, \(regeneratedTokens.count) gave a token another value: the one "
          + "before it is VALID AGAIN. Regenerate or revoke these:")
      lines += list(regeneratedTokens)
    }
    if !tokensRevokedInSnapshots.isEmpty {
      lines.append(
        "A snapshot that goes holds \(counted(UInt64(tokensRevokedInSnapshots.count), "token")) as "
          + "REVOKED that what is kept does not: VALID AGAIN. Revoke anew:")
      lines += list(tokensRevokedInSnapshots)
    }
    if restrictions > 0 {
      lines.append(
        "Of those that can be read, \(restrictions) changed tokens, users, passwords or what is "
          + "registered, and may have taken rights away: look at them with 'journal dump'.")
    }
    if unreadableBytes > 0 {
      lines.append(
        "\(unreadableBytes) bytes cannot be read: nobody can say how many changes after revision "
          + "\(last.rawValue), and how many revocations, were in them.")
    }
    if unreadableKeptBytes > 0 {
      lines.append(
        "\(unreadableKeptBytes) bytes cannot be read and are not needed: they held changes up to "
          + "revision \(last.rawValue) alone, which are kept.")
    }
    if isEmpty { lines.append("Lost: no change that anything left tells of.") }
    return lines
  }

  private func list(_ tokens: [TokenID]) -> [String] {
    let rest = tokens.count - LostChanges.shown
    return tokens.prefix(LostChanges.shown).map { "  \($0)" }
      + (rest > 0 ? ["  and \(rest) more"] : [])
  }

  private static let shown = 1_000
}
