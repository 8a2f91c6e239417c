import ArgumentParser
import TesseraServer

/// The daemon, and the offline commands on its data directory.
@main
struct Tesserad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tesserad",
    abstract: "A token authority: issues, validates, revokes and lists tokens over TLS.",
    version: Server.version,
    subcommands: [
      ServeCommand.self, InitCommand.self, RootTokenCommand.self, JournalCommand.self,
      RestoreCommand.self,
    ])
}
