import Synchronization
import TesseraClient

/// What is known of every token, told by those who change tokens to those who validate them.
final class SharedLedger: Sendable {
  private let all = Mutex<[KnownToken]>([])

  var tokens: [KnownToken] { all.withLock { $0 } }
  var count: Int { all.withLock { $0.count } }

  func add(_ token: KnownToken) { all.withLock { $0.append(token) } }

  subscript(index: Int) -> KnownToken { all.withLock { $0[index] } }

  /// Before the authority is asked, and when it has answered.
  func set(_ index: Int, _ state: KnownToken.State) { all.withLock { $0[index].state = state } }

  /// A token to revoke, which nobody else will choose from here on.
  func chooseToRevoke(using random: inout SplitMix64) -> Int? {
    let start = random.next()
    return all.withLock { tokens in
      guard !tokens.isEmpty else { return nil }
      let first = Int(start % UInt64(tokens.count))
      for index in Array(first..<tokens.count) + Array(0..<first) {
        guard case .issued = tokens[index].state else { continue }
        tokens[index].state = .asked
        return index
      }
      return nil
    }
  }
}

/// What validations of known tokens came to.
struct Validations: Sendable {
  var right = 0
  var wrong = 0
  var firstWrong: String?

  /// Validates tokens, one after the other, until the task is cancelled. What is known before a
  /// call begins and still when it ended must be what it answers.
  static func run(
    _ ledger: SharedLedger, with client: TesseraClient, seed: UInt64
  ) async -> Validations {
    var random = SplitMix64(seed: seed)
    var found = Validations()
    while !Task.isCancelled {
      let index = Int.random(in: 0..<ledger.count, using: &random)
      let before = ledger[index]
      let answer: Verdict?
      do {
        answer = try await client.validate(before.value).verdict
      } catch {
        if Task.isCancelled { break }
        found.note(wrong: "\(error)")
        continue
      }
      let isRight =
        switch (before.state, ledger[index].state) {
        case (.revoked, _): answer == .revoked
        case (_, .issued): answer == .allowed
        default: answer == .allowed || answer == .revoked
        }
      if isRight {
        found.right += 1
      } else {
        found.note(wrong: "\(before.state): \(answer as Any)")
      }
    }
    return found
  }

  private mutating func note(wrong what: String) {
    wrong += 1
    firstWrong = firstWrong ?? what
  }

  static func += (sum: inout Validations, other: Validations) {
    sum.right += other.right
    sum.wrong += other.wrong
    sum.firstWrong = sum.firstWrong ?? other.firstWrong
  }
}
