import Testing
import TesseraModel
import TesseraServer
import TesseraWire

/// That no caller takes what belongs to all: the committer, the query thread, memory.
@Suite struct FairnessTests {
  @Test func `what was cancelled while it waited is not carried out`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.hold()
    let first = try client.start(TestClient.request(.client, name: "first"))
    disk.waitUntilHeld()
    let cancelled = try client.start(TestClient.request(.client, name: "cancelled"))
    try client.send(Frames.bare(.cancel, call: cancelled))
    #expect(try client.answer(to: cancelled).0.status == .cancelled)
    disk.release()
    let before = try client.finish(first, IssueRequest.self).revision
    let after = try client.issue(.client, name: "after").revision
    #expect(after == before.next)
  }

  @Test func `what waits for a connection that has gone is not carried out`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let bystander = try authority.admin()
    let client = try authority.admin()
    disk.hold()
    let first = try bystander.start(TestClient.request(.client, name: "first"))
    disk.waitUntilHeld()
    for number in 0..<100 { try client.start(TestClient.request(.client, name: "\(number)")) }
    // An answered ping says that the frames before it were taken.
    try client.send(Frames.bare(.ping))
    #expect(try client.next() == .frame(FrameHeader(kind: .pong), []))
    client.reset()
    try eventually("it is closed") {
      _ = try bystander.verdict(authority.rootToken)
      return authority.server.counters[.connectionsClosed] == 1
    }
    disk.release()
    let before = try bystander.finish(first, IssueRequest.self).revision
    #expect(try bystander.issue(.client, name: "after").revision == before.next)
  }

  @Test func `a user who confirms revokes by a filter`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    try admin.create("ada", password: "difference engine")
    let tokens = try (0..<3).map { _ in try admin.personal("ada") }
    let ada = try authority.connect(as: tokens[0].value)
    var filter = RevokeFilter()
    filter.kinds = KindSet(.personal)
    let request = RevokeRequest(.filter(filter))
    #expect(try ada.refusal(of: request).field == "context.password")
    #expect(try ada.refusal(of: request.with(password: "wrong one")).code == .unauthenticated)
    let outcomes = try ada.call(request.with(password: "difference engine")).outcomes
    #expect(outcomes.map(\.id) == [tokens[1].id, tokens[2].id])
    #expect(try admin.verdict(tokens[1].value) == .revoked)
    #expect(try admin.verdict(tokens[0].value) == .allowed)
  }

  @Test func `the answers to reads are counted before they are made`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client)
    for (message, method) in [
      (GetRequest(token.id).encoded, GetRequest.method),
      (GetEntryRequest(.scopeSet(.client)).encoded, GetEntryRequest.method),
    ] {
      var burst: [UInt8] = []
      let numbers = (0..<200).map { _ in client.nextNumber() }
      for number in numbers { burst += Frames.request(method, message, number) }
      try client.send(burst)
      let codes = try numbers.map { try client.answer(to: $0).0.status }
      #expect(codes.allSatisfy { $0 == .ok || $0 == .resourceExhausted })
      #expect(codes.first == .ok && codes.contains(.resourceExhausted))
    }
  }

  @Test func `who makes a reactor hold too much is closed, and the others are served`() throws {
    let authority = try TestAuthority { $0.heldBytesPerReactor = 1 << 20 }
    let bystander = try authority.admin()
    let greedy = try (0..<3).map { _ in try authority.admin() }
    // The beginnings of frames that are as long as may be, and never whole.
    let beginning =
      Frames.raw(length: UInt32(Limits.frameLength), kind: FrameKind.request.rawValue)
      + [UInt8](repeating: 0, count: 700 << 10)
    for client in greedy { try? client.send(beginning) }
    try eventually("those that hold most are closed") {
      _ = try bystander.verdict(authority.rootToken)
      return authority.server.counters[.connectionsShed] >= 2
    }
    #expect(try bystander.verdict(authority.rootToken) == .allowed)
  }
}
