import TesseraBytes
import TesseraModel
import TesseraWire
import Testing

@Suite struct FrameReaderTests {
  let server = FrameReader(side: .server)
  let client = FrameReader(side: .client)

  static func frame(
    length: UInt32? = nil, kind: UInt8 = 1, flags: UInt8 = 0, code: UInt16 = 0, call: UInt32 = 0,
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

  func result(_ reader: FrameReader, _ bytes: [UInt8], from start: Int = 0) -> FrameResult {
    unsafe reader.next(in: bytes.span.bytes, from: start)
  }

  @Test func `a header has the bytes of the contract`() {
    var buffer = ByteBuffer()
    let header = FrameHeader.request(
      .validate, call: CallNumber(rawValue: 0x0102_0304), timeoutMilliseconds: 0x0506_0708)
    buffer.appendFrame(header) { $0.append([9, 10]) }
    let bytes = buffer.bytes.array
    #expect(bytes == [0, 0, 0, 14, 1, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(result(server, bytes) == .frame(header, payload: 16..<18))
  }

  @Test(arguments: FrameKind.allCases)
  func `each kind is taken by the side it is sent to`(kind: FrameKind) {
    let bytes = FrameReaderTests.frame(kind: kind.rawValue)
    let taken: FrameResult = .frame(FrameHeader(kind: kind), payload: 16..<16)
    let refused: FrameResult = .violation(.unexpectedKind(kind))
    let toServer = ![.response, .item].contains(kind)
    let toClient = ![.request, .cancel].contains(kind)
    #expect(result(server, bytes) == (toServer ? taken : refused))
    #expect(result(client, bytes) == (toClient ? taken : refused))
  }

  @Test func `a frame that comes byte by byte is found when its last byte is there`() {
    let bytes = FrameReaderTests.frame(code: 3, call: 7, timeout: 50, payload: [1, 2, 3])
    for count in 0..<bytes.count {
      let needed = count < 16 ? 16 : 19
      #expect(result(server, Array(bytes[..<count])) == .incomplete(bytesNeeded: needed))
    }
    guard case .frame(let header, let payload) = result(server, bytes) else {
      Issue.record("not found")
      return
    }
    #expect(header.method == .validate)
    #expect(header.timeoutMilliseconds == 50)
    #expect(payload == 16..<19)
  }

  @Test func `many frames in one span are found one after the other`() {
    var bytes: [UInt8] = []
    for call in 1...5 {
      bytes += FrameReaderTests.frame(
        code: 3, call: UInt32(call), payload: [UInt8](repeating: 0, count: call * 3))
    }
    var start = 0
    var calls: [UInt32] = []
    while case .frame(let header, let payload) = result(server, bytes, from: start) {
      calls.append(header.call.rawValue)
      #expect(payload.count == Int(header.call.rawValue) * 3)
      start = payload.upperBound
    }
    #expect(calls == [1, 2, 3, 4, 5])
    #expect(start == bytes.count)
  }

  @Test(
    arguments: [
      (frame(length: 11), .tooShort(length: 11)),
      (frame(length: 0), .tooShort(length: 0)),
      (frame(length: 1 << 20 | 1), .tooLong(length: 1 << 20 | 1, limit: 1 << 20)),
      (frame(length: .max), .tooLong(length: .max, limit: 1 << 20)),
      (frame(kind: 0), .unknownKind(0)), (frame(kind: 8), .unknownKind(8)),
      (frame(kind: 255), .unknownKind(255)),
      (frame(flags: 1), .flags(1)), (frame(flags: 128), .flags(128)),
      (frame(kind: 4, code: 1), .code(1, .cancel)), (frame(kind: 5, code: 1), .code(1, .ping)),
      (frame(kind: 7, code: 17), .code(17, .goaway)),
      (frame(kind: 5, call: 1), .call(.ping)), (frame(kind: 7, call: 1), .call(.goaway)),
      (frame(kind: 4, call: 1, timeout: 1), .timeout(.cancel)),
      (frame(kind: 6, payload: [0]), .payload(.pong)),
      (frame(kind: 4, payload: [0]), .payload(.cancel)),
    ] as [([UInt8], FrameViolation)])
  func `a frame that breaks the contract is refused`(bytes: [UInt8], violation: FrameViolation) {
    #expect(result(server, bytes) == .violation(violation))
    #expect(!violation.description.isEmpty)
  }

  @Test(
    arguments: [
      (frame(length: 1 << 21), 4), (frame(length: 3), 4), (frame(kind: 9), 5), (frame(kind: 2), 5),
      (frame(flags: 1), 6), (frame(length: 1 << 20, kind: 4), 16),
    ] as [([UInt8], Int)])
  func `a violation is seen with the byte that makes it`(bytes: [UInt8], seenAt: Int) {
    for count in 0..<seenAt {
      #expect(result(server, Array(bytes[..<count])) == .incomplete(bytesNeeded: 16))
    }
    guard case .violation = result(server, Array(bytes[..<seenAt])) else {
      Issue.record("not seen at \(seenAt)")
      return
    }
  }

  @Test func `the limit itself is taken`() {
    let small = FrameReader(side: .server, lengthLimit: 20)
    let bytes = FrameReaderTests.frame(payload: [UInt8](repeating: 1, count: 8))
    #expect(result(small, bytes) == .frame(FrameHeader(kind: .request), payload: 16..<24))
    let over = FrameReaderTests.frame(payload: [UInt8](repeating: 1, count: 9))
    #expect(result(small, over) == .violation(.tooLong(length: 21, limit: 20)))
    #expect(FrameViolation.tooLong(length: 21, limit: 20).status == .resourceExhausted)
  }

  @Test func `a frame that grew too long is taken back whole`() {
    var buffer = ByteBuffer()
    buffer.append([1, 2, 3])
    let header = FrameHeader.response(.ok, call: CallNumber(rawValue: 1))
    let kept = buffer.appendFrame(header, lengthLimit: 100) {
      $0.append([UInt8](repeating: 0, count: 89))
    }
    #expect(!kept)
    let bytes = buffer.bytes.array
    #expect(bytes == [1, 2, 3])
  }

  @Test func `refusals and goaways carry their reason`() throws {
    var buffer = ByteBuffer()
    let refusal = Refusal(
      .resourceExhausted, "too many calls; wait", field: "call", retryAfterMilliseconds: 5)
    buffer.appendRefusal(refusal, call: CallNumber(rawValue: 9))
    buffer.appendGoaway(.unavailable, reason: "stopping")
    buffer.appendBareFrame(.ping)
    guard case .frame(let header, let payload) = client.next(in: buffer.bytes) else {
      Issue.record("no response")
      return
    }
    let failure = try Failure(decoding: buffer.bytes.extracting(payload))
    #expect(failure.refusal(header.status) == refusal)
    guard
      case .frame(let goaway, let reason) = client.next(
        in: buffer.bytes, from: payload.upperBound)
    else {
      Issue.record("no goaway")
      return
    }
    #expect(goaway.kind == .goaway)
    #expect(goaway.status == .unavailable)
    let words = try Failure(decoding: buffer.bytes.extracting(reason)).message
    #expect(words == "stopping")
    let last = client.next(in: buffer.bytes, from: reason.upperBound)
    let end = buffer.count
    #expect(last == .frame(FrameHeader(kind: .ping), payload: end..<end))
  }
}
