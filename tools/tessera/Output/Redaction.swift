/// What a message about the command line must not show: somebody may have given a token's value as
/// an argument, and messages end up in logs.
enum Redaction {
  static let advice =
    "a value is never an argument, which others on the machine can see: give it in a file, by "
    + "--value-file, or on standard input"

  /// The message without anything that could be a value: a word with 56 hex characters in a row.
  static func redacted(_ message: String) -> String {
    message.replacing(/[^\s'"]*[0-9a-f]{56}[^\s'"]*/, with: "…")
  }
}
