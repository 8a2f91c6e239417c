import ArgumentParser
import TesseraJournal
import TesseraServer
import TesseraSystem

struct RootTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "root-token",
    abstract: "Make another ADMIN token, for who lost theirs. The daemon must be stopped.",
    discussion: "Whoever holds the data directory may do so; it is an event like any other change.")

  @Option(help: ArgumentHelp("The directory of the authority's data.", valueName: "DIR"))
  var data: String

  @Option(
    help: ArgumentHelp("Where to write the token's value; must not exist.", valueName: "FILE"))
  var rootTokenFile: String

  func run() async throws {
    try await exitingCleanly {
      CoreDumps.forbid()
      try RootToken.requireNew(rootTokenFile)
      var authority = try Authority(try DataDirectory(opening: data, on: PosixDisk()))
      let id = try RootToken.issue(
        to: rootTokenFile, .new, command: "root-token", in: &authority)
      try authority.close()
      StandardError.write(
        "tesserad: made the ADMIN token \(id), in \(rootTokenFile); revoke the one that was lost")
    }
  }
}
