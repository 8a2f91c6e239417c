import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// Validate and ValidateBatch: memory only, on the reactor.
///
/// Validations that arrived together are staged, and decided together: see `StagedValidation`.
extension Connection {
  mutating func validate(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) {
    do throws(Refusal) {
      try requireValidationRights(core, &burst)
      core.staged.append(try Connection.stage(copy payload, call, core.reader, burst))
      if core.staged.isFull { answerStaged(&core, &replies, burst) }
    } catch {
      count(error, core)
      replies.appendRefusal(error, call: call)
    }
  }

  mutating func validateBatch(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) {
    // What was staged before belongs to other frames.
    answerStaged(&core, &replies, burst)
    let before = replies.count
    do throws(Refusal) {
      try requireValidationRights(core, &burst)
      replies.appendFrameHeader(.response(.ok, call: call), payloadBytes: 0)
      var reader = ValidateBatchReader(copy payload)
      while let staged = try Connection.stageNext(&reader, core.reader, burst) {
        core.staged.append(staged)
        guard core.staged.isFull else { continue }
        answerStaged(&core, &replies, burst)
        guard replies.count - before - 4 <= Limits.frameLength else { throw .answerTooLong }
      }
      answerStaged(&core, &replies, burst)
      replies.append(field: 2, varint: burst.revision.rawValue)
      let length = replies.count - before - 4
      guard length <= Limits.frameLength else { throw .answerTooLong }
      replies.replace(at: before, bigEndian: UInt32(length))
    } catch {
      core.staged.removeAll()
      count(error, core)
      replies.truncate(to: before)
      replies.appendRefusal(error, call: call)
    }
  }

  /// Decides what was staged, in order, and appends the answers.
  mutating func answerStaged(
    _ core: inout ReactorCore, _ replies: inout ByteBuffer, _ burst: Burst
  ) {
    guard !core.staged.isEmpty, let rights = burst.validationRights else { return }
    if core.staged.count > 1 {
      for index in 0..<core.staged.count { core.reader.fetch(core.staged[index].validation) }
    }
    for index in 0..<core.staged.count {
      let staged = core.staged[index]
      var answer =
        staged.form == .malformed
        ? .malformed : core.reader.decide(staged.validation, for: rights, now: burst.now)
      if answer.verdict == .notFound, staged.form == .shapeless { answer = .malformed }
      append(answer, to: staged, rights, core, &replies, burst)
      core.reader.note(answer, at: burst.now, in: &core.uses)
    }
    core.staged.removeAll()
  }

  @inline(__always)
  private func append(
    _ answer: Answer, to staged: StagedCall, _ rights: ValidationRights,
    _ core: borrowing ReactorCore, _ replies: inout ByteBuffer, _ burst: Burst
  ) {
    let isAllowed = answer.verdict == .allowed
    let kind = isAllowed ? answer.kind : nil
    let id = answer.isOfToken ? answer.id : nil
    if staged.wantsDetails, isAllowed {
      let details = core.reader.details(answer, for: rights)
      let response = ValidateResponse(answer, burst.revision, details)
      if let call = staged.call {
        self.answer(call, response, &replies)
      } else {
        replies.append(field: 1, message: response)
      }
    } else if let call = staged.call {
      replies.appendValidateResponse(
        call: call, verdict: answer.verdict, id: id, kind: kind, revision: burst.revision)
    } else {
      replies.appendBatchedValidateResponse(
        verdict: answer.verdict, id: id, kind: kind, revision: burst.revision)
    }
  }

  /// What the caller may validate, looked up once a burst.
  private func requireValidationRights(
    _ core: borrowing ReactorCore, _ burst: inout Burst
  ) throws(Refusal) {
    if burst.validationRights != nil { return }
    guard let caller else { throw .unauthenticated }
    let rights = core.reader.validationRights(of: caller, now: burst.now)
    switch rights.extent {
    case .ended: throw .callerEnded
    case .none: throw .lacks(.tokensValidate)
    case .limited, .unlimited: burst.validationRights = rights
    }
  }

  @inline(__always)
  private static func stage(
    _ payload: RawSpan, _ call: CallNumber, _ reader: borrowing EngineReader, _ burst: Burst
  ) throws(Refusal) -> StagedCall {
    let (staged, minRevision): (StagedCall, Revision)
    do throws(WireError) {
      let request = try ValidateRequestView(payload)
      minRevision = request.minRevision
      staged = try StagedCall(request, call: call, reader, burst)
    } catch {
      throw error.refusal
    }
    if minRevision > burst.revision { throw .notYet(burst.revision) }
    return staged
  }

  /// The next request of a batch; nil after the last.
  private static func stageNext(
    _ requests: inout ValidateBatchReader, _ reader: borrowing EngineReader, _ burst: Burst
  ) throws(Refusal) -> StagedCall? {
    let (staged, minRevision): (StagedCall, Revision)
    do throws(WireError) {
      guard let request = try requests.next() else { return nil }
      minRevision = request.minRevision
      do throws(WireError) {
        staged = try StagedCall(request, call: nil, reader, burst)
      } catch {
        throw requests.locate(error)
      }
    } catch {
      throw error.refusal
    }
    if minRevision > burst.revision { throw .notYet(burst.revision) }
    return staged
  }
}

extension ValidateResponse {
  fileprivate init(
    _ answer: Answer, _ revision: Revision, _ details: TesseraEngine.TokenDetails?
  ) {
    self.init()
    verdict = answer.verdict
    id = answer.isOfToken ? answer.id : nil
    kind = answer.kind
    self.revision = revision
    guard let details else { return }
    var shown = TesseraWire.TokenDetails()
    shown.owner = details.owner
    shown.name = details.name
    shown.projects = details.projects
    shown.environment = details.environment
    shown.scopes = details.scopes
    shown.expiresAt = details.expiresAt
    self.details = shown
  }
}

extension Refusal {
  static func notYet(_ revision: Revision) -> Refusal {
    Refusal(
      .unavailable, "this authority is at revision \(revision.rawValue); ask again, or elsewhere",
      field: "min_revision", retryAfterMilliseconds: 10)
  }
}
