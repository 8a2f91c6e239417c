import TesseraEngine
import TesseraModel
import TesseraWire

/// What a caller is told of a change that was decided, and is durable by now.
extension Completion.Answer {
  /// - Parameter engine: where the change is applied already.
  init(
    _ outcome: Outcome, to request: CommitRequest, revision: Revision, now: Timestamp,
    _ engine: Engine
  ) {
    switch outcome {
    case .refused(let refusal): self = .refused(refusal)
    case .issued(let record, let warnings, let replayed):
      var response = IssueResponse()
      response.value = replayed ? nil : request.supplement.value
      // A new token was never used, and nothing need be asked.
      let usage = replayed ? engine.usage(of: record.id) : .none
      response.token = Token(record, at: now, usage: usage)
      response.warnings = warnings
      response.replayed = replayed
      response.revision = revision
      self = .message(response)
    case .updated(let record, let warnings):
      var response = UpdateResponse()
      response.token = Token(record, at: now, usage: engine.usage(of: record.id))
      response.warnings = warnings
      response.revision = revision
      self = .message(response)
    case .regenerated(let record, let warnings):
      var response = RegenerateResponse()
      response.value = request.supplement.value
      response.token = Token(record, at: now, usage: engine.usage(of: record.id))
      response.warnings = warnings
      response.revision = revision
      self = .message(response)
    case .revoked(let outcomes):
      var response = RevokeResponse()
      response.outcomes = outcomes.map { TesseraWire.RevokeOutcome($0.id, $0.result) }
      response.revision = revision
      self = .message(response)
    case .imported(let results):
      self = .message(
        ImportResponse(ImportOutcome.woven(results, request.supplement), revision: revision))
    case .purged(let count, let next):
      var response = PurgeResponse()
      response.purged = UInt32(clamping: count)
      if let next, case .pages(let seal) = request.supplement {
        response.nextPageToken = seal.token(after: next.position)
      }
      response.revision = revision
      self = .message(response)
    case .entry(let entry):
      if case .createEntry = request.command {
        self = .message(CreateEntryResponse(entry, revision: revision))
      } else {
        self = .message(UpdateEntryResponse(entry, revision: revision))
      }
    case .user(let record, let tokens):
      let user = User(record, tokens: UInt32(clamping: tokens))
      if case .createUser = request.command {
        self = .message(CreateUserResponse(user, revision: revision))
      } else {
        self = .message(UpdateUserResponse(user, revision: revision))
      }
    case .removed(let revoked):
      let count = UInt32(clamping: revoked)
      if case .removeUser = request.command {
        self = .message(DeleteUserResponse(revokedTokens: count, revision: revision))
      } else {
        self = .message(DeleteEntryResponse(revokedTokens: count, revision: revision))
      }
    case .passwordSet: self = .message(SetPasswordResponse(revision: revision))
    }
  }
}

extension CommitRequest.Supplement {
  /// The value that was made for the token, to be shown this once.
  fileprivate var value: Secret? { if case .value(let value) = self { value } else { nil } }
}

extension ImportOutcome {
  /// The outcomes in the order of the request. Some tokens were refused before the engine was
  /// asked; the engine's results fill the places between them.
  fileprivate static func woven(
    _ results: [Result<TokenID, Refusal>], _ supplement: CommitRequest.Supplement
  ) -> [ImportOutcome] {
    let refused: [Int: Refusal] =
      if case .refused(let refused) = supplement { refused } else { [:] }
    var decided = results[...]
    return (0..<results.count + refused.count).map { index in
      if let refusal = refused[index] { return ImportOutcome(refusal) }
      switch decided.removeFirst() {
      case .success(let id): return ImportOutcome(id)
      case .failure(let refusal): return ImportOutcome(refusal)
      }
    }
  }
}
