import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// Validate and ValidateBatch: memory only, on the reactor.
extension Connection {
  mutating func validate(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) {
    do throws(Refusal) {
      let rights = try validationRights(core, &burst)
      let request = try Connection.readValidate(payload)
      if request.minRevision > burst.revision { throw .notYet(burst.revision) }
      let answer = Connection.decide(request, rights, core, burst)
      if request.details, answer.verdict == .allowed {
        let response = ValidateResponse(answer, burst.revision, core.reader.details(answer))
        self.answer(call, response, &replies)
      } else {
        let isAllowed = answer.verdict == .allowed
        replies.appendValidateResponse(
          call: call, verdict: answer.verdict, id: isAllowed ? answer.id : nil,
          kind: isAllowed ? answer.kind : nil, revision: burst.revision)
      }
    } catch {
      count(error, core)
      replies.appendRefusal(error, call: call)
    }
  }

  mutating func validateBatch(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) {
    let before = replies.count
    do throws(Refusal) {
      let rights = try validationRights(core, &burst)
      replies.appendFrameHeader(.response(.ok, call: call), payloadBytes: 0)
      var reader = ValidateBatchReader(copy payload)
      while let request = try Connection.next(&reader) {
        if request.minRevision > burst.revision { throw .notYet(burst.revision) }
        let answer = Connection.decide(request, rights, core, burst)
        let isAllowed = answer.verdict == .allowed
        if request.details, isAllowed {
          let response = ValidateResponse(answer, burst.revision, core.reader.details(answer))
          replies.append(field: 1, message: response)
        } else {
          replies.appendBatchedValidateResponse(
            verdict: answer.verdict, id: isAllowed ? answer.id : nil,
            kind: isAllowed ? answer.kind : nil, revision: burst.revision)
        }
      }
      replies.append(field: 2, varint: burst.revision.rawValue)
      let length = replies.count - before - 4
      guard length <= Limits.frameLength else { throw .answerTooLong }
      replies.replace(at: before, bigEndian: UInt32(length))
    } catch {
      count(error, core)
      replies.truncate(to: before)
      replies.appendRefusal(error, call: call)
    }
  }

  /// What the caller may validate, looked up once a burst.
  private func validationRights(
    _ core: borrowing ReactorCore, _ burst: inout Burst
  ) throws(Refusal) -> ValidationRights {
    if let rights = burst.validationRights { return rights }
    guard let caller else { throw .unauthenticated }
    let rights = core.reader.validationRights(of: caller, now: burst.now)
    switch rights.extent {
    case .ended: throw .callerEnded
    case .none: throw .lacks(.tokensValidate)
    case .limited, .unlimited:
      burst.validationRights = rights
      return rights
    }
  }

  /// From the bytes of a value to a verdict.
  @inline(__always)
  private static func decide(
    _ request: borrowing ValidateRequestView, _ rights: ValidationRights,
    _ core: borrowing ReactorCore, _ burst: Burst
  ) -> Answer {
    let value = request.token
    // Where every value held has a checksum, one that is wrong needs no look-up.
    guard value.byteCount <= Limits.tokenValueBytes, TokenValue.hasGoodChecksum(value) else {
      return .malformed
    }
    var question = Question()
    if !request.kinds.isEmpty { question.kinds = request.kinds }
    if let name = request.project { question.project = core.reader.directory.project(name) }
    if let name = request.environment {
      question.environment = core.reader.directory.environment(name)
    }
    if let name = request.method { question.method = core.reader.directory.method(name) }
    return core.reader.validate(SHA256.digest(of: value), question, for: rights, now: burst.now)
  }

  @inline(__always)
  @_lifetime(copy payload)
  private static func readValidate(_ payload: RawSpan) throws(Refusal) -> ValidateRequestView {
    do {
      return try ValidateRequestView(payload)
    } catch {
      throw error.refusal
    }
  }

  @_lifetime(copy reader)
  @_lifetime(reader: copy reader)
  private static func next(
    _ reader: inout ValidateBatchReader
  ) throws(Refusal) -> ValidateRequestView? {
    do {
      return try reader.next()
    } catch {
      throw error.refusal
    }
  }
}

extension ValidateResponse {
  fileprivate init(
    _ answer: Answer, _ revision: Revision, _ details: TesseraEngine.TokenDetails?
  ) {
    self.init()
    verdict = answer.verdict
    id = answer.id
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
