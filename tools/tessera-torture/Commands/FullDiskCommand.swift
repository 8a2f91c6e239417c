import ArgumentParser
struct FullDiskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "full-disk")
}
