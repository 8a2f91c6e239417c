import ArgumentParser

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Issue, check, change, revoke and list tokens.",
    subcommands: [
      IssueCommand.self, CopyCommand.self, ValidateCommand.self, UpdateCommand.self,
      RegenerateCommand.self, RevokeCommand.self, ListCommand.self, GetCommand.self,
      ImportCommand.self, PurgeCommand.self,
    ])
}
