import ArgumentParser
import TesseraJournal
import TesseraSystem

struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Look at what is on disk, and cut off what keeps an authority from starting.",
    subcommands: [VerifyCommand.self, DumpCommand.self, RepairCommand.self])
}

struct DataOption: ParsableArguments {
  @Option(help: ArgumentHelp("The directory of the authority's data.", valueName: "DIR"))
  var data: String

  /// The directory to be looked at, whether or not the daemon has it open.
  func view() throws(JournalError) -> DirectoryView<PosixDisk> {
    let view = try DirectoryView(of: data, on: PosixDisk())
    if view.isInUse {
      StandardError.write(
        "tesserad: \(data) is in use; the journal's last change may be just being written")
    }
    return view
  }
}
