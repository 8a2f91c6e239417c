import ArgumentParser
import TesseraClient

/// The ops command: data on standard output, words on standard error, the outcome in the exit code.
@main
struct Tessera: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Issue, check, revoke and list tokens of a Tessera authority, and all they hang on.",
    discussion: """
      The authority's address, its CA and the caller come from flags, then from TESSERA_ADDRESS, \
      TESSERA_CA and TESSERA_TOKEN_FILE, then from the configuration file: lines of 'address = \
      HOST:PORT', 'ca = FILE' and 'token-file = FILE'. The token of 'tessera login' comes before \
      the configuration file's. A client certificate is a caller too: TESSERA_CLIENT_CERTIFICATE \
      and TESSERA_CLIENT_KEY, or client-certificate and client-key in the file.

      Dates are ISO 8601 (2027-01-31, 2027-01-31T12:00:00Z) or day first (31-01-2027), in UTC; \
      spans are 90s, 15m, 12h, 30d or 2w.

      Exit codes: 0 yes; 1 the answer is no; 64 usage; 69 unreachable; 74 a file cannot be written; \
      75 try again; 76 protocol; 77 denied; 78 configuration.
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
      let command = try parseAsRoot()
      do {
        try await run(command)
      } catch let error as ValidationError {
        // What a command finds wrong as it runs is told of that command, not of this one.
        let path = path(to: type(of: command))
        throw CommandFailure(.usage, "\(Redaction.redacted(error.message)); see: \(path) --help")
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

  private static func run(_ command: any ParsableCommand) async throws {
    var command = command
    if var command = command as? AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  }
}

extension ParsableCommand {
  /// How a command below this one is called: `tessera token list`.
  static func path(to command: any ParsableCommand.Type) -> String {
    paths.first { $0.command == command }?.path ?? _commandName
  }

  /// This command and all below it, each with how it is called.
  static var paths: [(path: String, command: any ParsableCommand.Type)] {
    let below = configuration.subcommands.flatMap { $0.paths }
    return [(_commandName, self)] + below.map { ("\(_commandName) \($0.path)", $0.command) }
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
