import TesseraClient

/// A token that was acknowledged, as those outside the authority know it.
struct KnownToken: Sendable {
  enum State: Sendable {
    case issued
    /// Asked to be revoked, and not answered: it may be or not, but not first so and then
    /// otherwise.
    case asked
    case revoked
  }

  let id: TokenID
  let value: Secret
  var state = State.issued
}

/// What was found of acknowledged changes after a start.
struct Findings: Sendable {
  var checked = 0
  /// Tokens that were issued and not revoked, and do not pass.
  var lost = 0
  /// Tokens that were revoked, and are not known as that.
  var revived = 0

  static func += (sum: inout Findings, other: Findings) {
    sum.checked += other.checked
    sum.lost += other.lost
    sum.revived += other.revived
  }

  /// Asks about every token, and settles those whose revocation was not answered: what is found of
  /// them now must be found from here on.
  static func check(
    _ tokens: inout [KnownToken], with client: TesseraClient
  ) async throws -> Findings {
    var findings = Findings()
    var start = 0
    while start < tokens.count {
      let end = min(start + Limits.batchValidations, tokens.count)
      let answers = try await client.validateBatch(
        tokens[start..<end].map { ValidateRequest(token: $0.value) })
      for (index, answer) in zip(start..<end, answers) {
        findings.checked += 1
        switch tokens[index].state {
        case .issued: if answer.verdict != .allowed { findings.lost += 1 }
        case .revoked: if answer.verdict != .revoked { findings.revived += 1 }
        case .asked:
          switch answer.verdict {
          case .allowed: tokens[index].state = .issued
          case .revoked: tokens[index].state = .revoked
          default: findings.lost += 1
          }
        }
      }
      start = end
    }
    return findings
  }
}
