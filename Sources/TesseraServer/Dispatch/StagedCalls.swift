import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// A validation that waits for those that arrived with it.
struct StagedCall {
  let validation: StagedValidation
  /// nil in a batch, whose answers are in the order of its requests.
  let call: CallNumber?
  let wantsDetails: Bool
  let form: Form

  /// What the value is, as far as its bytes say.
  enum Form {
    /// Nothing that is held has such a value: it needs no look-up.
    case malformed
    /// NOT_FOUND where it is not held.
    case token
    /// MALFORMED where it is not held: it looks like no token of any version.
    case shapeless
  }

  /// From the bytes of a request to numbers.
  ///
  /// - Throws: where what should be a name is none.
  @inline(__always)
  init(
    _ request: borrowing ValidateRequestView, call: CallNumber?, _ reader: borrowing EngineReader,
    _ burst: Burst
  ) throws(WireError) {
    self.call = call
    wantsDetails = request.details
    let value = request.token
    form = StagedCall.form(value, looksUpUnchecked: burst.looksUpUnchecked)
    var question = Question()
    if !request.kinds.isEmpty { question.kinds = request.kinds }
    if let name = request.project { question.project = reader.project(name) }
    if let name = request.environment { question.environment = reader.environment(name) }
    if let name = request.method { question.method = reader.method(name) }
    // What is called so is a name.
    if question.namesUnknown { try request.checkNames() }
    let digest = form == .malformed ? Digest(0, 0, 0, 0) : SHA256.digest(of: value)
    validation = reader.stage(digest, question)
  }

  /// While every value held has a checksum, one that is wrong needs no look-up.
  @inline(__always)
  private static func form(_ value: borrowing RawSpan, looksUpUnchecked: Bool) -> Form {
    if value.byteCount > Limits.tokenValueBytes { return .malformed }
    if TokenValue.hasGoodChecksum(value) { return .token }
    guard looksUpUnchecked else { return .malformed }
    return TokenShape(value) == nil ? .shapeless : .token
  }
}

extension StagedCall {
  /// What fills a place that is not in use.
  fileprivate init(unused validation: StagedValidation) {
    self.validation = validation
    call = nil
    wantsDetails = false
    form = .malformed
  }
}

/// The validations of one event that are not decided yet, in memory that is taken once: to add one,
/// to look at one and to empty it counts no reference and allocates nothing.
struct StagedCalls {
  /// How many are decided together: what the processor can have on its way from memory, and more.
  private static let most = 64

  private var places: [StagedCall]
  private(set) var count = 0

  init(_ reader: borrowing EngineReader) {
    let unused = StagedCall(unused: reader.stage(Digest(0, 0, 0, 0), Question()))
    places = Array(repeating: unused, count: StagedCalls.most)
  }

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == StagedCalls.most }

  subscript(index: Int) -> StagedCall { places[index] }

  /// - Precondition: it is not full.
  mutating func append(_ call: StagedCall) {
    places[count] = call
    count += 1
  }

  mutating func removeAll() { count = 0 }
}
