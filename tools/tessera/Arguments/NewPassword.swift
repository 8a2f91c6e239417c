import ArgumentParser
import TesseraClient

/// Where the password comes from that a user is to have.
enum NewPassword {
  /// In the file where one is named; typed twice on a terminal; else one line of standard input.
  static func read(_ path: String?, prompt: Prompt = .standard) throws(CommandFailure) -> Secret {
    if path != nil || !prompt.isTerminal {
      return try checked(TokenInput.read(path, of: "password"))
    }
    guard let first = prompt.askSecretly("New password: ") else {
      throw CommandFailure(.usage, "no password was given")
    }
    _ = try checked(first)
    guard prompt.askSecretly("The same again: ") == first else {
      throw CommandFailure(.usage, "the two are not the same; nothing was changed")
    }
    return first
  }

  private static func checked(_ password: Secret) throws(CommandFailure) -> Secret {
    guard Limits.passwordBytes.contains(password.bytes.count) else {
      throw CommandFailure(
        .usage,
        "a password has \(Limits.passwordBytes.lowerBound) to \(Limits.passwordBytes.upperBound) "
          + "bytes")
    }
    return password
  }
}
