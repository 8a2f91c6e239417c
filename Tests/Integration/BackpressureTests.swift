import Testing
import TesseraModel
import TesseraServer
import TesseraWire

/// A peer that does not read.
@Suite struct BackpressureTests {
  /// More than the kernel's buffers of both ends and the server's own hold together.
  private static let enoughBytes = 64 << 20

  @Test func `a peer that does not read is not read from, and misses nothing once it reads`() throws
  {
    let authority = try TestAuthority()
    let bystander = try authority.admin()
    let client = try authority.admin()
    let long = String(repeating: "n", count: Limits.tokenNameBytes)
    var question = ValidateRequest(token: try bystander.issue(.client, name: long).value)
    question.details = true
    let message = ValidateBatchRequest([ValidateRequest](repeating: question, count: 500)).encoded

    var sent = 0
    var calls = 0
    var isBlocked = false
    while !isBlocked {
      let call = CallNumber(rawValue: UInt32(1000 + calls))
      let frame = Frames.request(.validateBatch, message, call)
      isBlocked = try !client.sendUnlessBlocked(frame, patienceMilliseconds: 1000)
      calls += 1
      sent += frame.count
      #expect(try bystander.verdict(question.token) == .allowed)
      try #require(sent < BackpressureTests.enoughBytes, "the server takes all there is")
    }

    var answered: [CallNumber: Int] = [:]
    func take(_ header: FrameHeader, _ payload: [UInt8]) {
      answered[header.call, default: 0] += 1
      let response = unsafe try? ValidateBatchResponse(decoding: payload.span.bytes)
      let isWhole = response?.responses.count == 500
      if !isWhole { Issue.record("call \(header.call) has not all its answers") }
    }
    try client.finishSending(take)
    while answered.count < calls {
      guard case .frame(let header, let payload) = try client.next() else {
        throw TestFailure("it ended after \(answered.count) of \(calls) answers")
      }
      take(header, payload)
    }
    #expect(answered.values.allSatisfy { $0 == 1 })
    #expect(try client.verdict(question.token) == .allowed)
  }

  @Test func `a peer that asks for answers from other threads and reads none is bounded`() throws {
    let authority = try TestAuthority()
    let bystander = try authority.admin()
    let client = try authority.admin()
    let ids = try (0..<20).map { try bystander.issue(.client, name: "\($0)").id }
    var sent = 0
    var calls = 0
    while true {
      var burst: [UInt8] = []
      for id in ids {
        calls += 1
        let call = CallNumber(rawValue: UInt32(1000 + calls))
        burst += Frames.request(.get, GetRequest(id).encoded, call)
      }
      sent += burst.count
      if try !client.sendUnlessBlocked(burst, patienceMilliseconds: 1000) { break }
      _ = try bystander.call(GetRequest(ids[0]))
      try #require(sent < BackpressureTests.enoughBytes, "the server takes all there is")
    }
    var answered: [CallNumber: Int] = [:]
    func take(_ header: FrameHeader, _ payload: [UInt8]) {
      answered[header.call, default: 0] += 1
      if header.status != .ok && header.status != .resourceExhausted {
        Issue.record("call \(header.call): \(header.status)")
      }
    }
    try client.finishSending(take)
    while answered.count < calls {
      guard case .frame(let header, let payload) = try client.next() else {
        throw TestFailure("it ended after \(answered.count) of \(calls) answers")
      }
      take(header, payload)
    }
    #expect(answered.values.allSatisfy { $0 == 1 })
  }

  @Test func `a peer that never reads again does not keep a stop from ending`() throws {
    let authority = try TestAuthority { $0.drainTimeout = .milliseconds(300) }
    let client = try authority.admin()
    var burst: [UInt8] = []
    for call: UInt32 in 100..<2100 {
      burst += Frames.request(.health, [], CallNumber(rawValue: call))
    }
    while try client.sendUnlessBlocked(burst, patienceMilliseconds: 200) {}
    authority.stop()
    #expect(authority.server.counters[.connectionsClosed] == 1)
  }
}
