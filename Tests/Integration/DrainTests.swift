import Testing
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraWire

/// An orderly stop.
@Suite struct DrainTests {
  @Test func `a stop answers the calls in flight, and refuses those that come after`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.hold()
    let calls = try (0..<50).map { try client.start(TestClient.request(.client, name: "\($0)")) }
    disk.waitUntilHeld()
    // An answered ping says that all of them were taken.
    try client.send(Frames.bare(.ping))
    #expect(try client.next() == .frame(FrameHeader(kind: .pong), []))
    let server = authority.server
    let stopping = try Thread(name: "stop") { server.stop() }
    guard case .frame(let header, let payload) = try client.next() else {
      Issue.record("no goaway")
      return
    }
    #expect(header.kind == .goaway && header.status == .unavailable)
    #expect(try Frames.reason(payload).contains("stopping"))
    let late = try client.start(TestClient.request(.client, name: "late"))
    #expect(try client.answer(to: late).0.status == .unavailable)
    disk.release()
    var values: [Secret] = []
    for call in calls {
      values.append(try TestClient.Issued(client.finish(call, IssueRequest.self)).value)
    }
    #expect(try client.next() == .closed)
    client.close()
    stopping.join()

    let next = try TestAuthority(after: authority)
    let reader = try next.admin()
    for value in values { #expect(try reader.verdict(value) == .allowed) }
    #expect(try reader.call(HealthRequest()).tokens == 51)
  }

  @Test func `times that never end are served and stopped with like any other`() throws {
    let longest: Duration = .seconds(Int64.max)
    let authority = try TestAuthority {
      $0.handshakeTimeout = longest
      $0.idleTimeout = longest
      $0.drainTimeout = longest
      $0.snapshotInterval = longest
    }
    let client = try authority.admin()
    #expect(try client.verdict(authority.rootToken) == .allowed)
    client.close()
    authority.stop()
  }

  @Test func `a stop ends connections in every state`() throws {
    let authority = try TestAuthority {
      $0.drainTimeout = .milliseconds(500)
      $0.reactors = 2
    }
    let address = authority.server.address
    let untouched = try TestClient(address, authority.context)
    let begun = try TestClient(address, authority.context)
    try begun.sendRaw([0x16, 0x03, 0x01])
    let anonymous = try authority.connect()
    let admin = try authority.admin()
    let partial = try authority.admin()
    try partial.send([0, 0])
    let leaving = try authority.admin()
    try leaving.send(Frames.raw(kind: FrameKind.goaway.rawValue))
    let silent = try authority.admin()
    authority.stop()
    #expect(try untouched.next() == .cut)
    #expect(try begun.next() == .cut)
    for client in [anonymous, admin, partial, silent] {
      guard case .frame(let header, _) = try client.next() else {
        Issue.record("no goaway")
        continue
      }
      #expect(header.kind == .goaway)
    }
    #expect(throws: (any Error).self) { try TestClient(address, authority.context) }
    let counters = authority.server.counters
    #expect(counters[.connectionsAccepted] == counters[.connectionsClosed])
    // Twice is once.
    authority.stop()
  }

  @Test func `what is read before a stop is carried out by the next start`() throws {
    var authority = try TestAuthority()
    var values: [Secret] = []
    for round in 0..<4 {
      let client = try authority.admin()
      values.append(try client.issue(.client, name: "\(round)").value)
      for value in values { #expect(try client.verdict(value) == .allowed) }
      client.close()
      authority.stop()
      authority = try TestAuthority(after: authority)
    }
  }
}
