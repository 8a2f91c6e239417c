import ArgumentParser
import TesseraClient

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Ask whether a value opens something.",
    discussion: """
      The value is read from standard input, or from --value-file. Exit code 0 is ALLOWED, 1 is \
      any other verdict. What is not asked is not checked, but without --kind only kinds whose \
      values are secrets pass.
      """)

  @Option(help: "The file that holds the value; - is standard input.", completion: .file())
  var valueFile: String?

  @Option(
    help: "A kind that passes, PROXY_KEY among them; repeat it for several.",
    completion: Parse.kinds, transform: Parse.kind)
  var kind: [TokenKind] = []

  @Option(help: "The project it must open.", transform: Parse.name)
  var project: ProjectID?

  @Option(help: "The environment it must open.", transform: Parse.name)
  var environment: EnvironmentID?

  @Option(help: "The method of the product's API it must open.", transform: Parse.name)
  var method: MethodName?

  @Flag(help: "Tell more about a token that is allowed.")
  var details = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func request(_ value: Secret) -> ValidateRequest {
    var request = ValidateRequest(token: value)
    for kind in kind { request.kinds.insert(kind) }
    request.project = project
    request.environment = environment
    request.method = method
    request.details = details
    return request
  }

  func run() async throws {
    let request = request(try TokenInput.read(valueFile))
    let answer = try await connection.call { try await $0.validate(request) }
    switch output.format {
    case .json: Terminal.print(answer.json.text)
    case .table: answer.lines(usesColour: Terminal.usesColour).forEach(Terminal.print)
    }
    if !answer.isAllowed { throw CommandFailure(.no) }
  }
}

extension Validation {
  var verdictName: String { verdict?.name ?? "UNKNOWN" }

  func lines(usesColour: Bool) -> [String] {
    let colour = isAllowed ? 32 : 31
    let verdict = usesColour ? "\u{1b}[\(colour)m\(verdictName)\u{1b}[0m" : verdictName
    guard isAllowed else { return [verdict] }
    return [verdict]
      + Table.facts([
        ("id", id?.description ?? ""), ("kind", kind?.name ?? "?"),
        ("name", details?.name ?? ""), ("owner", details?.owner?.text ?? ""),
        ("projects", details?.projects?.text ?? ""),
        ("environment", details?.environment?.text ?? ""),
        ("scopes", details?.scopes?.text ?? ""),
        ("expires", details.map { $0.expiresAt.map(DateText.text) ?? "never" } ?? ""),
      ])
  }

  var json: JSON {
    .object([
      "verdict": .string(verdictName), "allowed": .bool(isAllowed), "id": .text(id?.description),
      "kind": .text(kind?.name), "revision": .number(revision.rawValue),
      "details": details.map { details in
        .object([
          "name": .string(details.name), "owner": .text(details.owner?.text),
          "projects": details.projects?.json, "environment": .text(details.environment?.text),
          "scopes": details.scopes?.json,
          "expires_at": .text(details.expiresAt.map(DateText.text)) ?? .null,
        ])
      },
    ])
  }
}
