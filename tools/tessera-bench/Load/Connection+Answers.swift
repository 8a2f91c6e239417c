import TesseraBytes
import TesseraModel
import TesseraWire

extension Connection {
  /// Hands every whole answer in `inbound` to `body`; what follows the last stays.
  @inline(__always)
  mutating func takeAnswers(
    _ body: (FrameHeader, borrowing RawSpan) throws -> Void
  ) throws {
    let reader = FrameReader(side: .client)
    var taken = 0
    while true {
      switch reader.next(in: inbound.bytes, from: taken) {
      case .frame(let header, let payload):
        if header.kind == .response {
          try body(header, inbound.bytes.extracting(payload))
        } else if header.kind == .goaway {
          let reason = describeFailure(header.status, inbound.bytes.extracting(payload))
          throw BenchFailure.unreachable("the authority ended a connection: \(reason)")
        }
        taken = payload.upperBound
      case .incomplete:
        inbound.consume(taken)
        return
      case .violation(let violation):
        throw BenchFailure.unreachable("the authority broke the protocol: \(violation)")
      }
    }
  }
}

/// A failed call in words.
func describeFailure(_ status: StatusCode, _ payload: borrowing RawSpan) -> String {
  let message = (try? Failure(decoding: payload))?.message ?? ""
  return message.isEmpty ? status.name : "\(status.name): \(message)"
}
