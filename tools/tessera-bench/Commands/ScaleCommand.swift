import ArgumentParser
import TesseraModel

struct ScaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale", abstract: "Fill an engine in this process, and measure what it costs.",
    discussion: """
      Memory is the growth of the resident set. Stalls are the longest single validations that \
      threads saw which validated all the time, first while the table grew from nothing, then for a \
      second at rest, to compare with: what is slow at rest too is the machine. Without a core for \
      each reader and one for the writer, the kernel takes turns, and shows as preemption.
      """)

  @Option(help: ArgumentHelp("Tokens, each with a name of 24 bytes.", valueName: "N"))
  var tokens: Int

  @Option(help: ArgumentHelp("Threads that validate while the table grows.", valueName: "N"))
  var readers = 1

  @Option(help: ArgumentHelp("The same seed asks for the same tokens.", valueName: "N"))
  var seed: UInt64 = 1

  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard (1...Limits.tokens).contains(tokens) else {
      throw ValidationError("--tokens is from 1 to \(Limits.tokens)")
    }
    guard (0...Limits.reactors).contains(readers) else {
      throw ValidationError("--readers is from 0 to \(Limits.reactors)")
    }
  }

  func run() throws {
    try exitingCleanly {
      try ScaleRun(tokens: tokens, readers: readers, seed: seed).measure()
        .write(as: report.output)
    }
  }
}
