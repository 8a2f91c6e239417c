import ArgumentParser
import TesseraClient

/// The ops command: data on standard output, words on standard error, the outcome in the exit code.
@main
struct Tessera: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Issue, check, revoke and list tokens of a Tessera authority, and all they hang on.",
    discussion: """
      The authority's address, its CA and the caller's token come from flags, then from \
      TESSERA_ADDRESS, TESSERA_CA and TESSERA_TOKEN_FILE, then from the configuration file: lines \
      of 'address = HOST:PORT', 'ca = FILE' and 'token-file = FILE'. The token of 'tessera login' \
      comes before the configuration file's.

      Dates are ISO 8601 (2027-01-31, 2027-01-31T12:00:00Z) or day first (31-01-2027), in UTC; \
      spans are 90s, 15m, 12h, 30d or 2w.

      Exit codes: 0 yes; 1 the answer is no; 64 usage; 69 unreachable; 75 try again; 76 protocol; \
      77 denied; 78 configuration.
      """,
    version: SoftwareVersion.current,
    subcommands: [
      LoginCommand.self, LogoutCommand.self, TokenCommand.self, UserCommand.self,
      EntryCommand<RoleEntry>.self, EntryCommand<ProjectEntry>.self,
      EntryCommand<EnvironmentEntry>.self, EntryCommand<MethodEntry>.self,
      EntryCommand<ScopeSetEntry>.self, EventCommand.self, WhoAmICommand.self, HealthCommand.self,
      SnapshotCommand.self, BackupCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as TesseraError {
      Terminal.fail(error.advice, CommandStatus(error))
    } catch let error as CommandFailure {
      Terminal.fail(error.message, error.status)
    } catch {
      let message = message(for: error)
      let told = Redaction.redacted(message)
      if told == message { exit(withError: error) }
      Terminal.fail("\(told); \(Redaction.advice)", .usage)
    }
  }
}

/// A command that did not do what was asked, for a reason of its own.
struct CommandFailure: Error, Equatable {
  let status: CommandStatus
  /// What was wrong and what to do, in one line; empty where the output said it already.
  let message: String

  init(_ status: CommandStatus, _ message: String = "") {
    self.status = status
    self.message = message
  }
}
