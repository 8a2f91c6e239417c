import ArgumentParser
import TesseraClient

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take in tokens that another authority issued.",
    discussion: """
      The values are read from --values-file or standard input, one a line, and what they open is \
      said by the options, for all alike. Tokens that differ come --from a JSON file: an array of \
      objects with the members that 'token list -o json' writes, and of value and sha256 one. A \
      token is imported or refused for itself; importing again what is held is refused and harmless. \
      ADMIN tokens are asked about first.
      """)

  @Argument(
    help: "\(Parse.kindNames).", completion: Parse.kinds, transform: Parse.kind)
  var kind: TokenKind?

  @OptionGroup var choices: TokenChoices

  @Option(
    help: "When they were issued: a date, or how long ago. (default: now)")
  var createdAt: String?

  @Option(
    help: "The file with the values, one a line; - is standard input, which is the default.",
    completion: .file())
  var valuesFile: String?

  @Flag(
    name: .customLong("sha256"), help: "The lines are SHA-256 of values, as 64 hex digits.")
  var areDigests = false

  @Option(help: "A JSON file with tokens that differ; - is standard input.", completion: .file())
  var from: String?

  @OptionGroup var assent: AssentOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard from == nil else {
      guard kind == nil, valuesFile == nil, !areDigests, createdAt == nil,
        choices.request == IssueRequest()
      else { throw ValidationError("with --from, the file says everything") }
      return
    }
    guard kind != nil else { throw ValidationError("name the kind, or give --from") }
    if kind == .personal, choices.request.expiry == .never {
      throw ValidationError(
        "an imported PERSONAL token ends, in 30 days if nothing is said; then take its end away "
          + "with: tessera token update tok_… --expires never")
    }
    _ = try template(now: .now)
  }

  func run() async throws {
    let tokens = try read(now: .now)
    let admins = tokens.count { $0.token.kind == .admin }
    if admins > 0 { try assent.askAboutAdmin("Import", "importing", count: admins) }
    let progress = ImportProgress(output.format)
    try await connection.session(attempts: 10) { session in
      for batch in ImportBatch.batches(tokens) {
        do {
          let report = try await session.call { try await $0.importTokens(batch.map(\.token)) }
          progress.write(batch, report)
        } catch {
          progress.finish()
          throw error
        }
      }
    }
    progress.finish()
    if progress.importedEndless {
      Terminal.say("Warning: tokens that never expire are among them; prefer those that do.")
    }
    if progress.refused > 0 { throw CommandFailure(.no) }
  }

  func read(now: Timestamp) throws -> [NumberedToken] {
    let path = from ?? valuesFile ?? "-"
    if path == "-", Terminal.inputIsTerminal {
      throw ValidationError("give --values-file or --from, or the values on standard input")
    }
    let contents = try ImportCommand.contents(path)
    let tokens =
      if from != nil {
        try ImportText.tokens(json: contents, from: path, now: now)
      } else {
        try ImportText.tokens(
          lines: contents, from: path, areDigests: areDigests, like: try template(now: now))
      }
    guard !tokens.isEmpty else {
      throw CommandFailure(
        .usage, "\(path == "-" ? "standard input" : path) holds no token; give values, one a line")
    }
    return tokens
  }

  /// What all tokens are but for their values.
  func template(now: Timestamp) throws -> ImportedToken {
    let request = choices.request
    var token = ImportedToken()
    token.kind = kind
    token.name = request.name
    token.description = request.description
    token.owner = request.owner
    token.projects = request.projects
    token.environment = request.environment
    token.scopes = request.scopes
    token.permissions = request.permissions
    token.expiresAt = request.expiry.flatMap { $0.end(from: now) }
    token.createdAt = try createdAt.map { try Parse.before($0, now: now) }
    return token
  }

  private static let bytesLimit = 256 << 20

  private static func contents(_ path: String) throws(CommandFailure) -> [UInt8] {
    let contents: [UInt8]
    do throws(FileText.Unreadable) {
      contents =
        path == "-"
        ? Terminal.readInput(upTo: bytesLimit) : try FileText.read(path, upTo: bytesLimit)
    } catch {
      throw CommandFailure(.usage, "cannot read \(error.path): \(error.reason)")
    }
    guard contents.count <= bytesLimit else {
      throw CommandFailure(
        .usage, "\(path) is longer than \(bytesLimit >> 20) MiB; import it in parts")
    }
    return contents
  }
}

extension ExpiryChoice {
  /// nil is never.
  func end(from now: Timestamp) -> Timestamp? {
    switch self {
    case .never: nil
    case .at(let moment): moment
    case .after(let lifetime): now + lifetime
    }
  }
}
