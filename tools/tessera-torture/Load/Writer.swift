import TesseraClient

/// One that changes things, one call after the other, and notes what was acknowledged. It lives in
/// another process than the authority, and so outlives it. Each has tokens of its own.
struct Writer: Sendable {
  private(set) var tokens: [KnownToken] = []
  /// Calls that were not answered.
  private(set) var unanswered = 0
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Of four changes one revokes.
  private static let revocationsIn = 4

  static func request(_ name: String, description: String = "") -> IssueRequest {
    var request = IssueRequest(.client, name: name)
    request.projects = .one("default")
    request.environment = "production"
    request.expiry = .never
    request.description = description
    return request
  }

  /// Makes changes until the connection is lost.
  mutating func write(to client: TesseraClient) async throws {
    while true {
      do throws(TesseraError) {
        if Int.random(in: 0..<Writer.revocationsIn, using: &random) == 0,
          let index = tokens.indices.randomElement(using: &random), tokens[index].state == .issued
        {
          tokens[index].state = .asked
          let report = try await client.revoke([tokens[index].id])
          guard report.outcomes.first?.result == .revoked else {
            throw .protocolViolation("a token that is held was not revoked")
          }
          tokens[index].state = .revoked
        } else {
          let issued = try await client.issue(Writer.request("torture"))
          guard let id = issued.token.id, let value = issued.value else {
            throw .protocolViolation("an issue is answered without the token's id or value")
          }
          tokens.append(KnownToken(id: id, value: value))
        }
      } catch {
        unanswered += 1
        switch error {
        case .unreachable, .outcomeUnknown, .closed: return
        default: throw TortureFailure.wrong("a change was answered with: \(error)")
        }
      }
    }
  }

  mutating func check(with client: TesseraClient) async throws -> Findings {
    try await Findings.check(&tokens, with: client)
  }
}
