import ArgumentParser
import TesseraClient

struct IssueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Issue a token, or many.",
    discussion: """
      The new value is printed once, on standard output. With --values-file it is appended to \
      that file instead, which only its owner may read. ADMIN tokens are asked about first.
      """)

  @OptionGroup var arguments: IssueArguments

  @Option(help: "How many to issue, all alike.")
  var count = 1

  @Option(
    help: "Append the values to this file, one a line, as they are issued.", completion: .file())
  var valuesFile: String?

  @OptionGroup var assent: AssentOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard count >= 1 else { throw ValidationError("--count must be at least 1") }
    if count > 1, valuesFile == nil {
      throw ValidationError("--count needs --values-file, where the values go")
    }
  }

  func run() async throws {
    if arguments.kind == .admin {
      try assent.askAboutAdmin("Issue", "issuing", count: count)
    }
    if let valuesFile {
      let file = try ValuesFile(valuesFile)
      let bulk = BulkIssue(arguments.request, count: count, file: file)
      let summary: BulkIssue.Summary
      do {
        summary = try await connection.session(attempts: count > 1 ? 10 : 2) { session in
          try await bulk.run { request in
            try await session.call { try await $0.issue(request) }
          }
        }
      } catch {
        bulk.removeEmptyFile()
        throw error
      }
      report(summary, valuesFile)
      if !summary.replayed.isEmpty { throw CommandFailure(.no, BulkIssue.replayAdvice) }
      return
    }
    let request = arguments.request
    let issued = try await connection.call { try await $0.issue(request) }
    ValueOutput(format: output.format, verb: "Issued").show(issued)
  }

  private func report(_ summary: BulkIssue.Summary, _ path: String) {
    if output.format == .json {
      Terminal.print(
        JSON.object([
          "issued": .number(UInt64(summary.issued)),
          "replayed": .array(summary.replayed.map { .string($0.description) }),
          "values_file": .string(path),
        ]).text)
    }
    let tokens = summary.issued == 1 ? "token; its value is" : "tokens; their values are"
    Terminal.say("Issued \(summary.issued) \(tokens) in \(path).")
    if !summary.replayed.isEmpty {
      Terminal.say("\(summary.replayed.count) have no value here:")
      summary.replayed.forEach { Terminal.say($0.description) }
    }
    for warning in summary.warnings.sorted() {
      Terminal.say("Warning: \(Printable.text(warning))")
    }
  }
}
