import ArgumentParser
import Glibc
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem

struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a new authority from a backup, which is not changed.",
    discussion: """
      What was revoked after the backup was made is valid in it. So say up to when tokens' values \
      are not to be trusted: --cut-off now revokes them all. Or say with --accept-revived that you \
      know what comes back.
      """)

  @Option(help: ArgumentHelp("The backup: a data directory that is not in use.", valueName: "DIR"))
  var from: String

  @Option(help: ArgumentHelp("The new directory; missing or empty.", valueName: "DIR"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "Revoke tokens whose values were made before: 2027-01-31T12:00:00Z, or now.",
      valueName: "TIME|now"))
  var cutOff: String?

  @Flag(help: "Revoke nothing: what was revoked after the backup was made is valid again.")
  var acceptRevived = false

  @Option(
    help: ArgumentHelp(
      "Where to write the value of a new ADMIN token; must not exist.", valueName: "FILE"))
  var rootTokenFile: String?

  func run() async throws {
    try await exitingCleanly {
      CoreDumps.forbid()
      let cutOff = try chosenCutOff()
      if let rootTokenFile { try RootToken.requireNew(rootTokenFile) }
      let backup = try DirectoryView(of: from, on: PosixDisk())
      if backup.isInUse { throw JournalError.locked(directory: from) }
      var restoration = try Restoration(of: backup)
      let directory = try NewDirectory(at: data, on: PosixDisk())
      let authority = directory.authority
      let revoked = cutOff.map { restoration.revoke($0, now: .now) }
      warnOfClock(cutOff, restoration.found.highestTime)
      var root: TokenID?
      if let rootTokenFile {
        root = try RootToken.write(to: rootTokenFile, .new) { value in
          restoration.issueRootToken(value, now: .now)
        }
      }
      let (found, revision) = (restoration.found, restoration.revision)
      try restoration.write(to: directory)
      StandardError.write(
        """
        tesserad: \(data) is a new authority, \(authority), with the state of \(from) at revision \
        \(found.lastRevision.rawValue); its revisions go on from \(revision.rawValue)
        """)
      if let torn = found.tornTail {
        StandardError.write(
          "tesserad: the backup's end was torn: \(torn.bytes) bytes of a change that was not "
            + "acknowledged were left out")
      }
      sayWhatCameBack(revoked)
      if let root, let rootTokenFile {
        StandardError.write(
          "tesserad: the ADMIN token \(root) is in \(rootTokenFile); keep it safe")
      }
    }
  }

  private func chosenCutOff() throws -> Restoration.CutOff? {
    switch (cutOff, acceptRevived) {
    case (nil, true): return nil
    case (nil, false):
      throw usage(
        """
        what was revoked after the backup was made is valid in it. Give --cut-off TIME, and tokens \
        with values from before are revoked (--cut-off now: all of them), or give --accept-revived
        """)
    case (_?, true):
      throw usage("--cut-off revokes tokens and --accept-revived none: give one of them")
    case (let text?, false):
      guard rootTokenFile != nil else {
        throw usage(
          """
          --cut-off may revoke every ADMIN token: say with --root-token-file FILE where a new one \
          goes
          """)
      }
      if text == "now" { return .all }
      guard let time = DateText.moment(text, aDayMeans: .start) else {
        throw usage("--cut-off: '\(text)' is no time; write 2027-01-31T12:00:00Z, or now")
      }
      return .madeBefore(time)
    }
  }

  /// Where a clock was ahead, a token may have been made earlier than it says.
  private func warnOfClock(_ cutOff: Restoration.CutOff?, _ highest: Timestamp) {
    guard case .madeBefore? = cutOff, highest > .now else { return }
    StandardError.write(
      """
      tesserad: the backup has seen the time \(highest.text), which is to come: a clock was wrong, and \
      the cut-off may keep tokens that are older than they say. '--cut-off now' revokes all
      """)
  }

  private func usage(_ message: String) -> DaemonFailure {
    DaemonFailure(message: message + ". Nothing was changed", exitCode: EX_USAGE)
  }

  private func sayWhatCameBack(_ revoked: Int?) {
    if let revoked {
      StandardError.write("tesserad: \(counted(UInt64(revoked), "token")) were revoked")
    } else {
      StandardError.write(
        "tesserad: no token was revoked: what was revoked after the backup is VALID AGAIN")
    }
    StandardError.write(
      """
      tesserad: users, passwords, grants, roles and the registry are as they were when the backup \
      was made: whoever was disabled or lost a grant since has it back
      """)
  }
}
