import TesseraBytes
import TesseraModel
import TesseraWire

/// Frames as bytes, good ones and others.
enum Frames {
  static func request(
    _ method: Method, _ message: [UInt8], _ call: CallNumber, timeoutMilliseconds: UInt32 = 0
  ) -> [UInt8] {
    raw(
      kind: FrameKind.request.rawValue, code: method.rawValue, call: call.rawValue,
      timeout: timeoutMilliseconds, payload: message)
  }

  static func bare(_ kind: FrameKind, call: CallNumber = .none) -> [UInt8] {
    raw(kind: kind.rawValue, call: call.rawValue)
  }

  /// Any frame at all.
  ///
  /// - Parameter length: what its first field says; the right length by default.
  static func raw(
    length: UInt32? = nil, kind: UInt8, flags: UInt8 = 0, code: UInt16 = 0, call: UInt32 = 0,
    timeout: UInt32 = 0, payload: [UInt8] = []
  ) -> [UInt8] {
    var buffer = ByteBuffer()
    buffer.append(bigEndian: length ?? UInt32(12 + payload.count))
    buffer.append(kind)
    buffer.append(flags)
    buffer.append(bigEndian: code)
    buffer.append(bigEndian: call)
    buffer.append(bigEndian: timeout)
    buffer.append(payload)
    return buffer.bytes.array
  }

  static func refusal(_ header: FrameHeader, _ payload: [UInt8]) throws -> Refusal {
    unsafe try Failure(decoding: payload.span.bytes).refusal(header.status)
  }

  static func reason(_ payload: [UInt8]) throws -> String {
    unsafe try Failure(decoding: payload.span.bytes).message
  }
}
