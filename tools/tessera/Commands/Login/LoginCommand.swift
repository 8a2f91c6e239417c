import ArgumentParser
import TesseraClient

struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Sign in by password, and keep a token for what follows.",
    discussion: """
      Issues a PERSONAL token and keeps it in $XDG_CONFIG_HOME/tessera/token, a file that its \
      owner alone may read. Commands use it that no flag and no variable gives another. The login \
      before it is ended; one at another authority is to be ended there first. 'tessera logout' ends \
      this one. The password is asked for on a terminal; \
      elsewhere it is one line of standard input, or in --password-file.
      """)

  @Option(help: "Who signs in. (default: asks)", transform: Parse.name)
  var user: UserID?

  @Option(
    help: "When the login ends: a span such as 12h, a date, or never. (default: 30d)",
    transform: Parse.expiry)
  var lifetime: ExpiryChoice = .after(Limits.personalLifetime)

  @OptionGroup var output: OutputOptions
  @OptionGroup var endpoint: EndpointOptions

  func run() async throws {
    guard let path = LoginFile.path(Terminal.environment) else {
      throw CommandFailure(
        .configuration, "no place for the login is known: set HOME or XDG_CONFIG_HOME")
    }
    let settings = try endpoint.settings()
    let former = FormerLogin(path)
    try former?.requireSame(settings.usedAddress)
    let user = try user ?? askUser()
    let password = try TokenInput.read(endpoint.passwordFile, of: "password")
    let draft = try LoginFile.Draft(replacing: path)
    let client = try endpoint.client(settings, .password(user: user, password))
    var request = IssueRequest(.personal, name: FormerLogin.tokenName)
    request.expiry = lifetime
    let issued = try await client.issue(request)
    guard let value = issued.value else {
      throw CommandFailure(.brokenProtocol, "the authority gave no value")
    }
    do {
      try draft.keep(value, from: settings.usedAddress)
    } catch {
      // A token that nobody holds is of no use to anybody.
      _ = try? await client.revoke(value: value, reason: "could not be kept")
      await client.close()
      throw error
    }
    await client.close()
    show(issued, user, path)
    if let words = await former?.end({ try endpoint.client(settings, $0) }) { Terminal.say(words) }
  }

  private func askUser() throws -> UserID {
    guard Prompt.standard.isTerminal else {
      throw ValidationError("--user is needed where nobody can be asked")
    }
    return try Parse.name(Prompt.standard.ask("User: ") ?? "")
  }

  private func show(_ issued: IssuedToken, _ user: UserID, _ path: String) {
    if output.format == .json {
      Terminal.print(
        JSON.object([
          "token": issued.token.json, "token_file": .string(path),
          "warnings": .array(issued.warnings.map(JSON.string)),
        ]).text)
    }
    let end = issued.token.expiresAt.map { "until \(DateText.text($0))" } ?? "without an end"
    Terminal.say("\(user) is signed in \(end); the token is in \(Printable.text(path)).")
    for warning in issued.warnings { Terminal.say("Warning: \(Printable.text(warning))") }
  }
}
