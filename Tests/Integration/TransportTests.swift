import Testing
import TesseraModel
import TesseraServer
import TesseraWire

/// How bytes come, and how connections end.
@Suite struct TransportTests {
  private func validate(_ value: Secret, _ number: UInt32) -> [UInt8] {
    Frames.request(
      .validate, ValidateRequest(token: value).encoded, CallNumber(rawValue: number))
  }

  @Test func `frames that come byte by byte are taken`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    for byte in validate(authority.rootToken, 900) { try client.send([byte]) }
    #expect(try client.answer(to: CallNumber(rawValue: 900)).0.status == .ok)
    // The records themselves, too.
    client.seal(validate(authority.rootToken, 901))
    for byte in client.takeSealed() { try client.sendRaw([byte]) }
    #expect(try client.answer(to: CallNumber(rawValue: 901)).0.status == .ok)
  }

  @Test func `many frames in one record, and one over many records, are taken in order`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    var burst: [UInt8] = []
    for number: UInt32 in 1000..<4000 { burst += validate(authority.rootToken, number) }
    let long = Secret([UInt8](repeating: 0x61, count: 900_000))
    burst += validate(long, 4000)
    try client.send(burst)
    for number: UInt32 in 1000...4000 {
      guard case .frame(let header, let payload) = try client.next() else {
        Issue.record("no answer to \(number)")
        return
      }
      #expect(header.call.rawValue == number)
      let response = unsafe try ValidateResponse(decoding: payload.span.bytes)
      #expect(response.verdict == (number == 4000 ? .malformed : .allowed))
    }
  }

  @Test func `frames cut anywhere into records are taken`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    var random = SeededRandom()
    print("TESSERA_SEED=\(random.seed)")
    var burst: [UInt8] = []
    for number: UInt32 in 1000..<1500 { burst += validate(authority.rootToken, number) }
    var rest = burst[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...400, using: &random)
      try client.send(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    for number: UInt32 in 1000..<1500 {
      #expect(try client.answer(to: CallNumber(rawValue: number)).0.status == .ok)
    }
  }

  @Test func `the longest frame is taken, on every reactor`() throws {
    let authority = try TestAuthority { $0.reactors = 3 }
    let longest = Limits.frameLength - 12
    for _ in 0..<6 {
      let client = try authority.admin()
      let number = CallNumber(rawValue: 77)
      try client.send(
        Frames.request(.validate, [UInt8](repeating: 0xff, count: longest), number))
      #expect(try client.answer(to: number).0.status == .invalidArgument)
      #expect(try client.verdict(authority.rootToken) == .allowed)
    }
  }

  @Test func `pings are answered, and a goaway of the client ends the connection`() throws {
    let authority = try TestAuthority()
    let client = try authority.connect()
    try client.send(Frames.bare(.ping) + Frames.bare(.pong) + Frames.bare(.ping))
    #expect(try client.next() == .frame(FrameHeader(kind: .pong), []))
    #expect(try client.next() == .frame(FrameHeader(kind: .pong), []))
    try client.send(Frames.raw(kind: FrameKind.goaway.rawValue))
    #expect(try client.next() == .closed)
  }

  @Test func `who says goodbye after a call still gets its answer`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    client.seal(validate(authority.rootToken, 50))
    try client.sayGoodbye()
    #expect(try client.answer(to: CallNumber(rawValue: 50)).0.status == .ok)
    #expect(try client.next() != .frame(FrameHeader(kind: .goaway), []))
  }

  @Test func `an end without close_notify ends that connection alone`() throws {
    let authority = try TestAuthority()
    let bystander = try authority.admin()
    let client = try authority.admin()
    client.truncate()
    _ = try client.next()
    try eventually("it is closed") {
      _ = try bystander.verdict(authority.rootToken)
      return authority.server.counters[.connectionsClosed] == 1
    }
  }

  @Test func `a reset in the middle of calls loses none of what was accepted`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let bystander = try authority.admin()
    let client = try authority.admin()
    disk.hold()
    for number in 0..<100 { try client.start(TestClient.request(.client, name: "\(number)")) }
    disk.waitUntilHeld()
    client.reset()
    try eventually("it is closed") {
      _ = try bystander.verdict(authority.rootToken)
      return authority.server.counters[.connectionsClosed] == 1
    }
    disk.release()
    #expect(try bystander.issue(.client, name: "after").revision > .zero)
    // What was taken before the reset was carried out from the first on, without a gap.
    let names = try bystander.call(ListRequest()).tokens.map(\.name)
    #expect(names.first == "root" && names.dropFirst().first == "0")
    for client in try (0..<20).map({ _ in try authority.admin() }) { client.reset() }
    #expect(try bystander.verdict(authority.rootToken) == .allowed)
  }

  @Test func `a handshake that is not finished in time is ended`() throws {
    let authority = try TestAuthority { $0.handshakeTimeout = .milliseconds(100) }
    let bystander = try authority.admin()
    let silent = try TestClient(authority.server.address, authority.context)
    let slow = try TestClient(authority.server.address, authority.context)
    try slow.sendRaw([0x16, 0x03, 0x01, 0x02])
    #expect(try silent.next() == .cut)
    #expect(try slow.next() == .cut)
    #expect(authority.server.counters[.handshakesTimedOut] == 2)
    #expect(try bystander.verdict(authority.rootToken) == .allowed)
  }

  @Test func `an idle connection is told and ended, a ping keeps another alive`() throws {
    let authority = try TestAuthority { $0.idleTimeout = .seconds(1) }
    let idle = try authority.admin()
    let pinging = try authority.admin()
    try eventually("the other is idle for too long") {
      try pinging.send(Frames.bare(.ping))
      _ = try pinging.next()
      return authority.server.counters[.connectionsIdledOut] == 1
    }
    guard case .frame(let header, let payload) = try idle.next() else {
      Issue.record("no goaway")
      return
    }
    #expect(header.kind == .goaway)
    #expect(try Frames.reason(payload).contains("idle"))
    #expect(try idle.next() == .closed)
    #expect(try pinging.verdict(authority.rootToken) == .allowed)
  }

  @Test func `more connections than allowed are closed, until others leave`() throws {
    let authority = try TestAuthority { $0.connectionsPerReactor = 3 }
    let clients = try (0..<3).map { _ in try authority.admin() }
    for _ in 0..<5 {
      #expect(throws: (any Error).self) { try authority.connect() }
    }
    #expect(authority.server.counters[.connectionsRefused] == 5)
    for client in clients { #expect(try client.verdict(authority.rootToken) == .allowed) }
    clients[0].close()
    try eventually("there is room again") { (try? authority.connect()) != nil }
  }

  @Test func `five hundred connections at once are served`() throws {
    try #require(OpenFiles.raiseLimit() > 2_500)
    let authority = try TestAuthority { $0.reactors = 2 }
    let clients = try (0..<500).map { _ in
      try TestClient(authority.server.address, authority.context)
    }
    for client in clients { try client.shakeHands() }
    for client in clients { try client.start(AuthenticateRequest(token: authority.rootToken)) }
    for client in clients {
      #expect(try client.answer(to: CallNumber(rawValue: 1)).0.status == .ok)
    }
    let calls = try clients.map { try $0.start(TestClient.request(.client)) }
    var values: [Secret] = []
    for (client, call) in zip(clients, calls) {
      values.append(try TestClient.Issued(client.finish(call, IssueRequest.self)).value)
    }
    for (client, value) in zip(clients.reversed(), values) {
      #expect(try client.verdict(value) == .allowed)
    }
    #expect(authority.server.counters[.connectionsAccepted] == 500)
  }
}
