import ArgumentParser

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Issue, check, revoke and list tokens.",
    subcommands: [
      IssueCommand.self, ValidateCommand.self, RevokeCommand.self, ListCommand.self,
      GetCommand.self,
    ])
}
