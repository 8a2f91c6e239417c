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
  let isMalformed: Bool

  /// From the bytes of a request to numbers.
  @inline(__always)
  init(
    _ request: borrowing ValidateRequestView, call: CallNumber?, _ reader: borrowing EngineReader
  ) {
    self.call = call
    wantsDetails = request.details
    let value = request.token
    // Every value held has a checksum, so that one that is wrong needs no look-up.
    isMalformed =
      value.byteCount > Limits.tokenValueBytes || !TokenValue.hasGoodChecksum(value)
    var question = Question()
    if !request.kinds.isEmpty { question.kinds = request.kinds }
    if let name = request.project { question.project = reader.directory.project(name) }
    if let name = request.environment { question.environment = reader.directory.environment(name) }
    if let name = request.method { question.method = reader.directory.method(name) }
    let digest = isMalformed ? Digest(0, 0, 0, 0) : SHA256.digest(of: value)
    validation = reader.stage(digest, question)
  }
}

extension StagedCall {
  /// What fills a place that is not in use.
  fileprivate init(unused validation: StagedValidation) {
    self.validation = validation
    call = nil
    wantsDetails = false
    isMalformed = true
  }
}

/// The validations of one event that are not decided yet, in memory that is taken once: to add one, to
/// look at one and to empty it counts no reference and allocates nothing.
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
