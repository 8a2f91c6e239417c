import Testing
import TesseraModel
import TesseraWire

/// What callers see of a disk that is slow.
@Suite struct DiskTests {
  @Test func `a change that waits for the disk is not shown to anyone`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    let token = try client.issue(.client)
    disk.hold()
    let call = try client.start(RevokeRequest(.ids([token.id])))
    disk.waitUntilHeld()
    let meanwhile = try client.validate(token.value)
    #expect(meanwhile.verdict == .allowed)
    #expect(meanwhile.revision == token.revision)
    disk.release()
    let revoked = try client.finish(call, RevokeRequest.self)
    #expect(revoked.revision == token.revision.next)
    #expect(try client.verdict(token.value) == .revoked)
  }

  @Test func `a call whose deadline passes while the disk is slow fails, and the rest go on`()
    throws
  {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.hold()
    let first = try client.start(TestClient.request(.client))
    disk.waitUntilHeld()
    let impatient = try client.start(TestClient.request(.client), timeoutMilliseconds: 20)
    #expect(throws: Refusal.self) { try client.finish(impatient, IssueRequest.self) }
    disk.release()
    let issued = try TestClient.Issued(client.finish(first, IssueRequest.self))
    #expect(try client.verdict(issued.value) == .allowed)
    // The one that was given up waited in the queue until its deadline had passed: it was not made.
    let next = try client.issue(.client)
    #expect(next.revision == issued.revision.next)
  }

  @Test func `a cancelled call ends with CANCELLED, once`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.hold()
    let call = try client.start(TestClient.request(.client))
    disk.waitUntilHeld()
    try client.send(Frames.bare(.cancel, call: call))
    let (header, _) = try client.answer(to: call)
    #expect(header.status == .cancelled)
    // What is no call's number, or no longer, is nobody's to cancel.
    try client.send(Frames.bare(.cancel, call: call))
    disk.release()
    let next = try client.start(TestClient.request(.client))
    guard case .frame(let answer, _) = try client.next() else {
      Issue.record("no answer")
      return
    }
    #expect(answer.call == next)
  }

  @Test func `a number that is used again after a cancel is not given the first call's answer`()
    throws
  {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.hold()
    let number = try client.start(TestClient.request(.client, name: "first"))
    disk.waitUntilHeld()
    try client.send(Frames.bare(.cancel, call: number))
    #expect(try client.answer(to: number).0.status == .cancelled)
    try client.start(TestClient.request(.client, name: "second"), number: number)
    // An answered ping says that the frame before it was taken.
    try client.send(Frames.bare(.ping))
    #expect(try client.next() == .frame(FrameHeader(kind: .pong), []))
    disk.release()
    let response = try client.finish(number, IssueRequest.self)
    #expect(response.token?.name == "second")
    #expect(try client.verdict(#require(response.value)) == .allowed)
  }

  @Test func `calls that were given up count as in flight until they are over`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.hold()
    defer { disk.release() }
    // While this one is written, the others wait for their turn.
    try client.start(TestClient.request(.client))
    disk.waitUntilHeld()
    var refusals = 0
    for _ in 0..<(2 * Limits.callsInFlight) {
      let call = try client.start(TestClient.request(.client))
      try client.send(Frames.bare(.cancel, call: call))
      let (header, _) = try client.answer(to: call)
      if header.status == .resourceExhausted { refusals += 1 }
    }
    #expect(refusals == Limits.callsInFlight + 1)
  }

  @Test func `changes in flight gather into few syncs and keep their order`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    let start = try client.issue(.client).revision
    disk.hold()
    let first = try client.start(TestClient.request(.client, name: "0"))
    disk.waitUntilHeld()
    let rest = try (1...500).map {
      try client.start(TestClient.request(.client, name: "\($0)"))
    }
    disk.release()
    var issued = try [client.finish(first, IssueRequest.self)]
    for call in rest { issued.append(try client.finish(call, IssueRequest.self)) }
    #expect(issued.map { $0.token?.name } == (0...500).map { "\($0)" })
    #expect(issued.last?.revision.rawValue == start.rawValue + 501)
    let ids = try issued.map { try #require($0.token?.id) }
    #expect(ids == ids.sorted())
    #expect(Set(ids).count == 501)
    for response in issued {
      #expect(try client.verdict(#require(response.value)) == .allowed)
    }
  }
}
