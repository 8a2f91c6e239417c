import ArgumentParser
import TesseraClient

/// Whether a command may do without asking what cannot be undone, or what gives everything away.
struct AssentOptions: ParsableArguments {
  @Flag(
    name: .shortAndLong,
    help: "Do not ask first; a script must say so where a person would be asked.")
  var yes = false

  /// Refuses where nobody was asked and nobody can be.
  ///
  /// - Parameter act: what is to be done: `revoking 3 tokens`.
  func requireSomebodyToAsk(_ act: String, prompt: Prompt = .standard) throws {
    guard yes || prompt.isTerminal else {
      throw ValidationError("\(act) needs --yes where nobody can be asked")
    }
  }

  /// Asks about what cannot be undone, where it was not said already.
  ///
  /// - Parameter act: what is to be done: `Revoke 3 tokens`.
  func ask(_ act: String, prompt: Prompt = .standard) throws {
    try confirm("\(act) for good?", prompt: prompt)
  }

  /// Asks about new ADMIN tokens, where it was not said already: who holds one may do everything.
  ///
  /// - Parameters:
  ///   - act: what is to be done: `Issue`.
  ///   - acting: the same as it goes on: `issuing`.
  func askAboutAdmin(
    _ act: String, _ acting: String, count: Int, prompt: Prompt = .standard
  ) throws {
    let tokens =
      count == 1
      ? "an ADMIN token, which opens everything" : "\(count) ADMIN tokens, which open everything"
    try requireSomebodyToAsk("\(acting) \(tokens),", prompt: prompt)
    try confirm("\(act) \(tokens)?", prompt: prompt)
  }

  private func confirm(_ question: String, prompt: Prompt) throws {
    guard yes || prompt.confirms(question) else {
      throw CommandFailure(.no, "nothing was changed")
    }
  }
}
