import Synchronization
import TesseraClient

/// Makes calls whose changes a user may have to confirm by their password. The user is asked once;
/// the password is kept for the calls that follow, which need it again on another connection, or
/// later.
final class Confirmation: Sendable {
  static let advice =
    "run it on a terminal, or give --password-file FILE, a file that holds the password on one line"

  private let ask: @Sendable () throws -> Secret
  private let password = Mutex<Secret?>(nil)

  /// - Parameter ask: gives the password, or says why there is none.
  init(_ ask: @escaping @Sendable () throws -> Secret) { self.ask = ask }

  /// The password is in the file where one is named; else whoever sits at the terminal is asked.
  convenience init(file: String?, user: UserID?, prompt: Prompt = .standard) {
    self.init {
      if let file { return try TokenInput.read(file, of: "password") }
      let whose = user.map { "Password of \($0)" } ?? "Your password"
      guard prompt.isTerminal else {
        throw CommandFailure(
          .denied,
          "\(whose.lowercasedFirst) is asked for to confirm this; \(Confirmation.advice)")
      }
      guard let password = prompt.askSecretly("\(whose), to confirm: ") else {
        throw CommandFailure(.denied, "no password was given")
      }
      return password
    }
  }

  /// Calls without a password, and once more with one where the answer asks for it. A wrong one is
  /// not tried again.
  func call<Answer>(
    _ body: (Secret?) async throws -> Answer
  ) async throws -> Answer {
    do {
      return try await body(nil)
    } catch TesseraError.unconfirmed {}
    // Calls that are made at a time wait here for the one answer.
    let password = try password.withLock { known in
      let password = try known ?? ask()
      known = password
      return password
    }
    return try await body(password)
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
