import ArgumentParser

/// Whether a command may end more than one token without asking.
struct AssentOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do not ask before more than one token is ended.")
  var yes = false

  /// Refuses where nobody was asked and nobody can be.
  ///
  /// - Parameter act: what is to be done: `revoking 3 tokens`.
  func requireSomebodyToAsk(_ act: String, prompt: Prompt = .standard) throws {
    guard yes || prompt.isTerminal else {
      throw ValidationError("\(act) needs --yes where nobody can be asked")
    }
  }

  /// Asks, where it was not said already.
  ///
  /// - Parameter act: what is to be done: `Revoke 3 tokens`.
  func ask(_ act: String, prompt: Prompt = .standard) throws {
    guard yes || prompt.confirms("\(act) for good?") else {
      throw CommandFailure(.no, "nothing was changed")
    }
  }
}
