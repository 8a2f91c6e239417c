import TesseraBytes
import TesseraModel
import TesseraWire

/// Validate: one token picked at random, and the same question about each.
struct ValidateWork: Work {
  private var picker: TokenPicker
  private let question: EncodedQuestion

  init(_ values: TokenValues, _ question: EncodedQuestion, seed: UInt64) {
    picker = TokenPicker(values, seed: seed)
    self.question = question
  }

  var tokensPerCall: Int { 1 }

  mutating func appendRequest(_ call: CallNumber, to outbound: inout ByteBuffer) {
    let line = picker.next()
    let header = FrameHeader(kind: .request, code: Method.validate.rawValue, call: call)
    outbound.appendFrameHeader(
      header, payloadBytes: question.requestBytes(valueBytes: line.count))
    question.append(picker.values.bytes, line, to: &outbound)
  }

  func countAllowed(_ payload: borrowing RawSpan) throws -> Int {
    try isAllowed(payload) ? 1 : 0
  }
}

/// ValidateBatch: so many Validates in one message.
struct ValidateBatchWork: Work {
  private var picker: TokenPicker
  private let question: EncodedQuestion
  let tokensPerCall: Int

  init(_ values: TokenValues, _ question: EncodedQuestion, seed: UInt64, batch: Int) {
    picker = TokenPicker(values, seed: seed)
    self.question = question
    tokensPerCall = batch
  }

  mutating func appendRequest(_ call: CallNumber, to outbound: inout ByteBuffer) {
    let isWhole = outbound.appendFrame(.request(.validateBatch, call: call)) { outbound in
      for _ in 0..<tokensPerCall {
        let line = picker.next()
        outbound.appendTag(1, .lengthDelimited)
        outbound.appendVarint(UInt64(question.requestBytes(valueBytes: line.count)))
        question.append(picker.values.bytes, line, to: &outbound)
      }
    }
    precondition(isWhole, "checked before: a batch fits a frame")
  }

  func countAllowed(_ payload: borrowing RawSpan) throws -> Int {
    var allowed = 0
    var reader = ProtoReader(copy payload, role: .response)
    while let tag = try reader.next() {
      if tag.number == 1 {
        if try isAllowed(reader.bytes(tag, "responses")) { allowed += 1 }
      } else {
        try reader.skip(tag)
      }
    }
    return allowed
  }
}

/// Whether a ValidateResponse says ALLOWED. The verdict is its first field, and stands first where
/// the writer keeps the fields' order; any other order is read all the same.
@inline(__always)
private func isAllowed(_ response: borrowing RawSpan) throws -> Bool {
  if response.byteCount >= 2, response[0] == 0x08 { return response[1] == Verdict.allowed.rawValue }
  return try ValidateResponse(decoding: response).verdict == .allowed
}
