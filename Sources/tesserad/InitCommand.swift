import ArgumentParser
import TesseraJournal
import TesseraServer
import TesseraSystem

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a new authority in an empty directory, and its first ADMIN token.",
    discussion: "The token's value is written to a new file and shown nowhere else.")

  @Option(help: ArgumentHelp("The directory for the authority's data.", valueName: "DIR"))
  var data: String

  @Option(
    help: ArgumentHelp("Where to write the token's value; must not exist.", valueName: "FILE"))
  var rootTokenFile: String

  func run() async throws {
    try await exitingCleanly {
      CoreDumps.forbid()
      try RootToken.requireNew(rootTokenFile)
      let directory = try openOrCreate()
      var authority = try Authority(directory)
      guard authority.engine.revision == .zero else { throw JournalError.exists(directory: data) }
      let id = try RootToken.issue(
        to: rootTokenFile, .new, command: "init", in: &authority)
      try authority.close()
      StandardError.write(
        """
        tesserad: made an authority in \(data)
        tesserad: its ADMIN token \(id) is in \(rootTokenFile); keep it safe, it opens everything
        """)
    }
  }

  /// A directory whose authority has no change yet is what an interrupted `init` leaves.
  private func openOrCreate() throws -> DataDirectory<PosixDisk> {
    do {
      return try DataDirectory(creating: data, on: PosixDisk())
    } catch JournalError.exists {
      return try DataDirectory(opening: data, on: PosixDisk())
    }
  }
}
