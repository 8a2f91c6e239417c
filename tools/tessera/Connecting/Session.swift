import TesseraClient

/// A command's connection to the authority, with the user whom its calls are made for, and their
/// password where it is asked for.
struct Session: Sendable {
  private let client: TesseraClient
  private let actAs: UserID?
  private let confirmation: Confirmation

  init(_ client: TesseraClient, actAs: UserID? = nil, confirmation: Confirmation) {
    self.client = client
    self.actAs = actAs
    self.confirmation = confirmation
  }

  /// Makes one call; once more with the user's password where the authority asks for it.
  func call<Answer>(
    _ body: (TesseraClient) async throws -> Answer
  ) async throws -> Answer {
    let acting = actAs.map { client.acting(as: $0) } ?? client
    return try await confirmation.call { password in
      try await body(password.map { acting.confirming(with: $0) } ?? acting)
    }
  }

  func close() async { await client.close() }
}
