import Synchronization
import TesseraClient

/// Many tokens, many calls under way at a time, each value on its way to the file as it comes.
final class BulkIssue: Sendable {
  struct Summary: Sendable {
    var issued = 0
    /// Tokens that the key had issued before, in this run, its answer lost, or in an earlier one.
    var replayed: [TokenID] = []
    var warnings: Set<String> = []
  }

  private struct State {
    var next = 0
    var summary = Summary()
    var progress: Progress
  }

  static let replayAdvice =
    "the values of these were in answers that are lost: revoke or regenerate them by their ids"

  /// Calls under way at a time.
  static let depth = 256

  private let request: IssueRequest
  private let count: Int
  private let file: ValuesFile
  private let state: Mutex<State>

  init(_ request: IssueRequest, count: Int, file: consuming ValuesFile) {
    self.request = request
    self.count = count
    self.file = file
    state = Mutex(State(progress: Progress(total: count)))
  }

  typealias Issue = @Sendable (IssueRequest) async throws -> IssuedToken

  /// Issues them all, or begins no more after the first failure. Calls under way are waited for,
  /// since each may issue a token: what was issued is in the file.
  ///
  /// - Parameter issue: makes the call for one.
  func run(_ issue: @escaping Issue) async throws -> Summary {
    // One alone before the others, so that a user is asked for a password once, and a wrong one is
    // tried once.
    var outcome = await work(issue, atMost: 1)
    if case .success = outcome { outcome = await workTogether(issue) }
    return try end(outcome)
  }

  /// For a run that failed: a file that was made for nothing goes.
  func removeEmptyFile() { file.removeIfEmpty() }

  private func workTogether(_ issue: @escaping Issue) async -> Result<Void, any Error> {
    await withTaskGroup(of: Result<Void, any Error>.self) { group in
      for _ in 0..<min(BulkIssue.depth, count) {
        group.addTask { await self.work(issue, atMost: .max) }
      }
      var outcome = Result<Void, any Error>.success(())
      for await result in group {
        if case .success = outcome { outcome = result }
      }
      return outcome
    }
  }

  private func work(_ issue: @escaping Issue, atMost limit: Int) async -> Result<Void, any Error> {
    var left = limit
    while left > 0, let index = take() {
      left -= 1
      do {
        try note(try await issue(request(index)))
      } catch {
        beginNoMore()
        return .failure(error)
      }
    }
    return .success(())
  }

  private func note(_ issued: IssuedToken) throws {
    try state.withLock { state in
      if let value = issued.value {
        try file.append(value)
        state.summary.issued += 1
      } else {
        state.summary.replayed += [issued.token.id].compactMap(\.self)
      }
      state.summary.warnings.formUnion(issued.warnings)
      state.progress.advance(to: state.summary.issued + state.summary.replayed.count)
    }
  }

  private func end(_ outcome: Result<Void, any Error>) throws -> Summary {
    state.withLock { $0.progress.finish() }
    if case .failure(let error) = outcome {
      try? file.sync()
      let issued = state.withLock { $0.summary.issued }
      if issued > 0 {
        Terminal.say("Stopped after \(issued) of \(count) tokens, whose values are in the file.")
      }
      throw error
    }
    try file.sync()
    return state.withLock { $0.summary }
  }

  /// The request for one of them; an idempotency key must be its own.
  private func request(_ index: Int) -> IssueRequest {
    var request = request
    if !request.idempotencyKey.isEmpty { request.idempotencyKey += "-\(index)" }
    return request
  }

  private func take() -> Int? {
    if Task.isCancelled { return nil }
    return state.withLock { state in
      guard state.next < count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  private func beginNoMore() { state.withLock { $0.next = count } }
}
