import ArgumentParser
import TesseraClient

struct LogoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "End the login: revoke its token and remove the file.")

  @OptionGroup var endpoint: EndpointOptions

  func run() async throws {
    guard let path = LoginFile.existing(Terminal.environment) else {
      throw CommandFailure(.no, "nobody is signed in here")
    }
    let value = try TokenInput.read(path)
    let settings = try endpoint.settings()
    try FormerLogin(path)?.requireSame(settings.usedAddress)
    let client = try endpoint.client(settings, .token(value))
    do {
      let report = try await client.revoke(value: value, reason: "logout")
      guard report.status != .denied else {
        throw CommandFailure(.denied, "the login's token may not be revoked; \(path) is kept")
      }
      Terminal.say("The login's token is revoked.")
    } catch TesseraError.unauthenticated {
      Terminal.say("The login's token had stopped passing before.")
    }
    await client.close()
    _ = try LoginFile.remove(path)
  }
}
