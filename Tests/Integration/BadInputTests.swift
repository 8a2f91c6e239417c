import Testing
import TesseraModel
import TesseraServer
import TesseraTLS
import TesseraWire

/// What bad input gets: the one who sent it, and nobody else, feels it.
@Suite struct BadInputTests {
  struct BadFrame: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let reason: String
    var status = StatusCode.invalidArgument
  }

  static let badFrames = [
    BadFrame(
      testDescription: "too long", bytes: Frames.raw(length: 1 << 20 + 1, kind: 1),
      reason: "over the limit", status: .resourceExhausted),
    BadFrame(
      testDescription: "as long as can be said", bytes: Frames.raw(length: .max, kind: 1),
      reason: "over the limit", status: .resourceExhausted),
    BadFrame(
      testDescription: "too short", bytes: Frames.raw(length: 11, kind: 1), reason: "under 12"),
    BadFrame(
      testDescription: "of an unknown kind", bytes: Frames.raw(kind: 8), reason: "does not exist"),
    BadFrame(
      testDescription: "of kind 0", bytes: Frames.raw(kind: 0), reason: "does not exist"),
    BadFrame(
      testDescription: "a response", bytes: Frames.raw(kind: 2), reason: "in this direction"),
    BadFrame(testDescription: "an item", bytes: Frames.raw(kind: 3), reason: "in this direction"),
    BadFrame(
      testDescription: "with flags", bytes: Frames.raw(kind: 1, flags: 1, code: 40, call: 1),
      reason: "flags are 1"),
    BadFrame(
      testDescription: "a ping with a payload", bytes: Frames.raw(kind: 5, payload: [0]),
      reason: "no payload"),
    BadFrame(
      testDescription: "a ping with a call", bytes: Frames.raw(kind: 5, call: 1), reason: "call"),
    BadFrame(
      testDescription: "a cancel with a code", bytes: Frames.raw(kind: 4, code: 1, call: 1),
      reason: "code"),
    BadFrame(
      testDescription: "a goaway with a status that is none",
      bytes: Frames.raw(kind: 7, code: 17), reason: "code"),
  ]

  @Test(arguments: badFrames)
  func `a frame that breaks the contract ends its connection with the reason, and no other`(
    _ frame: BadFrame
  ) throws {
    let authority = try TestAuthority()
    let bystander = try authority.admin()
    let client = try authority.admin()
    // What came before it is answered, and what comes after it is not looked at.
    let health = Frames.request(.health, [], CallNumber(rawValue: 70))
    let validate = Frames.request(
      .validate, ValidateRequest(token: authority.rootToken).encoded, CallNumber(rawValue: 71))
    let after = Frames.request(.health, [], CallNumber(rawValue: 72))
    try client.send(health + validate + frame.bytes + after)
    for call in 70...71 {
      guard case .frame(let header, _) = try client.next() else {
        Issue.record("no answer")
        return
      }
      #expect(header.kind == .response && header.call.rawValue == UInt32(call))
    }
    guard case .frame(let header, let payload) = try client.next() else {
      Issue.record("no goaway")
      return
    }
    #expect(header.kind == .goaway)
    #expect(header.status == frame.status)
    #expect(try Frames.reason(payload).contains(frame.reason))
    #expect(try client.next() == .closed)
    #expect(authority.server.counters[.framesRefused] == 1)
    #expect(try bystander.verdict(authority.rootToken) == .allowed)
  }

  @Test(arguments: [
    Array("GET / HTTP/1.1\r\n\r\n".utf8), [0x16, 0x03, 0x01, 0xff, 0xff],
    [UInt8](repeating: 0, count: 70_000), [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28],
  ])
  func `bytes that are not TLS are counted, and their connection closed`(_ bytes: [UInt8]) throws {
    let authority = try TestAuthority()
    let bystander = try authority.admin()
    let client = try TestClient(authority.server.address, authority.context)
    try? client.sendRaw(bytes)
    client.truncate()
    while true {
      // The alert is no frame; then it ends.
      if try client.next() == .cut { break }
    }
    #expect(try bystander.verdict(authority.rootToken) == .allowed)
    #expect(authority.server.counters[.handshakesFailed] == 1)
  }

  @Test func `garbage after the handshake ends that connection, and no other gets a byte of it`()
    throws
  {
    let authority = try TestAuthority()
    let bystander = try authority.admin()
    for _ in 0..<4 {
      let client = try authority.admin()
      // A good request and a bad record at once: there is an answer to encrypt in a broken session.
      client.seal(Frames.request(.health, [], CallNumber(rawValue: 7)))
      let good = client.takeSealed()
      try client.sendRaw(good + [0x17, 0x03, 0x03, 0x00, 0x20] + [UInt8](repeating: 7, count: 32))
      while case .frame = try client.next() {}
      #expect(try bystander.verdict(authority.rootToken) == .allowed)
    }
  }

  @Test func `a message that does not parse names its field, and the connection goes on`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let messages: [(Method, [UInt8], String)] = [
      (.validate, [0x0a, 0x7f], "token"),
      (.validate, [0x0a, 0x00, 0x1a, 0x01, 0x20], "project"),
      (.validateBatch, [0x0a, 0x02, 0x0a, 0x7f], "requests[0].token"),
      (.issue, [0x12, 0x01, 0xff], "name"),
      (.issue, [0x08, 0x63], "kind"),
      (.revoke, [0x0a, 0x02, 0x0a, 0x00], "ids"),
      (.revoke, [], "target"),
      (.get, [0x0a, 0x01, 0x00], "id"),
      (.get, [], "id"),
      (.authenticate, [0x08, 0x01], "token"),
      (.health, [0x0b], ""),
      (.whoAmI, [0x07], ""),
    ]
    for (method, message, field) in messages {
      let number = client.nextNumber()
      try client.send(Frames.request(method, message, number))
      let (header, payload) = try client.answer(to: number)
      #expect(header.status == .invalidArgument, "\(method) \(message)")
      #expect(try Frames.refusal(header, payload).field.hasPrefix(field), "\(method) \(message)")
    }
    #expect(try client.verdict(authority.rootToken) == .allowed)
    #expect(authority.server.counters[.messagesRefused] == UInt64(messages.count))
  }

  @Test func `random messages never end the connection`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    var random = SeededRandom()
    print("TESSERA_SEED=\(random.seed)")
    for method in TesseraModel.Method.allCases where method != .authenticate {
      for _ in 0..<40 {
        let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
          UInt8.random(in: .min ... .max, using: &random)
        }
        let number = client.nextNumber()
        try client.send(Frames.request(method, bytes, number))
        _ = try client.answer(to: number)
      }
    }
    #expect(try client.verdict(authority.rootToken) == .allowed)
  }

  @Test func `before Authenticate only Health is answered`() throws {
    let authority = try TestAuthority()
    let client = try authority.connect()
    #expect(try client.call(HealthRequest()).status == .serving)
    let token = authority.rootToken
    #expect(try client.refusal(of: ValidateRequest(token: token)).code == .unauthenticated)
    let batch = ValidateBatchRequest([ValidateRequest(token: token)])
    #expect(try client.refusal(of: batch).code == .unauthenticated)
    #expect(try client.refusal(of: TestClient.request(.client)).code == .unauthenticated)
    #expect(try client.refusal(of: RevokeRequest(.value(token))).code == .unauthenticated)
    #expect(try client.refusal(of: ListRequest()).code == .unauthenticated)
    let id = TokenID(high: 1, low: 1)
    #expect(try client.refusal(of: GetRequest(id)).code == .unauthenticated)
    #expect(try client.refusal(of: WhoAmIRequest()).code == .unauthenticated)
    #expect(authority.server.counters[.callsUnauthenticated] == 7)
    _ = try client.call(AuthenticateRequest(token: token))
    #expect(try client.verdict(token) == .allowed)
  }

  @Test func `what cannot be a token authenticates nobody`() throws {
    let authority = try TestAuthority()
    let client = try authority.connect()
    let root = authority.rootToken.bytes
    let values: [[UInt8]] = [
      [], Array("admin".utf8), root.dropLast() + [(root.last ?? 0) ^ 1],
      Array(repeatElement(root, count: 8).joined()),
    ]
    for bytes in values {
      let refusal = try client.refusal(of: AuthenticateRequest(token: Secret(bytes)))
      #expect(refusal.code == .unauthenticated)
      #expect(refusal.field == "token")
    }
    #expect(try client.refusal(of: AuthenticateRequest()).field == "credential")
    _ = try client.call(AuthenticateRequest(token: authority.rootToken))
    let again = try client.refusal(of: AuthenticateRequest(token: authority.rootToken))
    #expect(again.code == .failedPrecondition)
  }

  @Test func `a value that cannot be a token is MALFORMED`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let good = try client.issue(.client).value.bytes
    var changed = good
    changed[3] ^= 1
    let values: [[UInt8]] = [
      [], [0], Array("hello".utf8), Array(good.dropLast()), changed, good + [0x0a],
      [UInt8](repeating: 0x61, count: 513), [UInt8](repeating: 0xff, count: 600_000),
    ]
    for value in values {
      #expect(try client.verdict(Secret(value)) == .malformed)
    }
    #expect(try client.verdict(Secret(good)) == .allowed)
  }

  @Test(arguments: [Method.issue, .health, .validate])
  func `a call number that is in flight is not taken twice`(_ method: Method) throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.hold()
    defer { disk.release() }
    let call = try client.start(TestClient.request(.client))
    disk.waitUntilHeld()
    let message =
      method == .validate ? ValidateRequest(token: authority.rootToken).encoded : []
    try client.send(Frames.request(method, message, call))
    guard case .frame(let header, let payload) = try client.next() else {
      Issue.record("no goaway")
      return
    }
    #expect(header.kind == .goaway)
    #expect(try Frames.reason(payload).contains("in flight already"))
    disk.release()
    // The call that it was the number of is answered all the same.
    guard case .frame(let answer, _) = try client.next() else {
      Issue.record("no answer")
      return
    }
    #expect(answer.kind == .response && answer.call == call && answer.status == .ok)
    #expect(try client.next() == .closed)
  }

  @Test func `methods that are not there yet, or never will be, are UNIMPLEMENTED`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    for number: UInt16 in [0, 10, 15, 19, 26, 35, 39, 41, 46, 999, .max] {
      let call = client.nextNumber()
      try client.send(Frames.raw(kind: 1, code: number, call: call.rawValue))
      #expect(try client.answer(to: call).0.status == .unimplemented)
    }
  }
}
