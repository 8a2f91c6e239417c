import TesseraBytes
import TesseraModel
import TesseraWire
import Testing

@testable import TesseraClient

/// The authority's side of a conversation, by hand.
private struct Peer: ~Copyable {
  var toClient = ByteBuffer()
  var fromClient = ByteBuffer()

  /// The frames the client has sent since the last look.
  mutating func takeFrames() -> [(header: FrameHeader, payload: [UInt8])] {
    let reader = FrameReader(side: .server)
    var frames: [(header: FrameHeader, payload: [UInt8])] = []
    while case .frame(let header, let payload) = reader.next(in: fromClient.bytes) {
      frames.append((header, fromClient.bytes.extracting(payload).array))
      fromClient.consume(payload.upperBound)
    }
    return frames
  }

  mutating func deliver(
    to conversation: inout Conversation
  ) throws(TesseraError) -> [Conversation.Event] {
    var events: [Conversation.Event] = []
    try conversation.take(&toClient, answering: &fromClient, &events)
    return events
  }
}

extension Conversation.Event {
  fileprivate var text: String {
    switch self {
    case .opened: "opened"
    case .answered(let call, let answer):
      "\(call.id.rawValue) \(answer.status.name)\(answer.followsGoaway ? " after goaway" : "")"
    case .goingAway(let reason): "goaway \(reason)"
    }
  }
}

@Suite struct ConversationTests {
  private func open(_ conversation: inout Conversation, _ peer: inout Peer) throws {
    let isOpen = conversation.begin(
      showing: AuthenticateRequest(token: Secret("value")), timeoutMilliseconds: 5000,
      into: &peer.fromClient)
    #expect(!isOpen)
    let frames = peer.takeFrames()
    #expect(frames.map(\.header.method) == [.authenticate])
    #expect(frames[0].payload == AuthenticateRequest(token: Secret("value")).encoded)
    peer.toClient.appendFrame(
      .response(.ok, call: frames[0].header.call), AuthenticateResponse(caller: Caller()))
    let events = try peer.deliver(to: &conversation).map(\.text)
    #expect(events == ["opened"])
  }

  @Test func `who the caller is comes first, then calls with the time they have left`() throws {
    var conversation = Conversation()
    var peer = Peer()
    try open(&conversation, &peer)
    conversation.send(call(1, deadline: 1_500_001), now: .at(0), into: &peer.fromClient)
    conversation.send(call(2, .get, deadline: 7), now: .at(8), into: &peer.fromClient)
    let sent = peer.takeFrames()
    #expect(sent.map(\.header.method) == [.validate, .get])
    #expect(sent.map(\.header.timeoutMilliseconds) == [2, 1])
    for frame in sent.reversed() {
      peer.toClient.appendFrame(.response(.ok, call: frame.header.call), ValidateResponse())
    }
    let events = try peer.deliver(to: &conversation).map(\.text)
    #expect(events == ["2 OK", "1 OK"])
  }

  @Test func `frames are taken byte by byte as they are whole`() throws {
    var conversation = Conversation()
    var peer = Peer()
    try open(&conversation, &peer)
    var whole = ByteBuffer()
    for id in 1...3 {
      conversation.send(call(UInt64(id)), now: .at(0), into: &peer.fromClient)
    }
    for frame in peer.takeFrames() {
      whole.appendRefusal(Refusal(.notFound, "none"), call: frame.header.call)
    }
    var events: [String] = []
    for byte in whole.bytes.array {
      peer.toClient.append(byte)
      events += try peer.deliver(to: &conversation).map(\.text)
    }
    #expect(events == ["1 NOT_FOUND", "2 NOT_FOUND", "3 NOT_FOUND"])
  }

  @Test func `a refused caller, and one that may try again`() throws {
    let cases: [(StatusCode, TesseraError)] = [
      (.unauthenticated, .unauthenticated(Refusal(.unauthenticated, "revoked"))),
      (.unavailable, .unreachable("UNAVAILABLE: revoked")),
    ]
    for (code, expected) in cases {
      var conversation = Conversation()
      var peer = Peer()
      _ = conversation.begin(
        showing: AuthenticateRequest(token: Secret("value")), timeoutMilliseconds: 1,
        into: &peer.fromClient)
      peer.toClient.appendRefusal(Refusal(code, "revoked"), call: Conversation.authentication)
      var thrown: TesseraError?
      do throws(TesseraError) { _ = try peer.deliver(to: &conversation) } catch { thrown = error }
      #expect(thrown == expected)
    }
  }

  @Test func `a password that is shown too soon, or is wrong, is told as that`() throws {
    let wait = Refusal(.resourceExhausted, "wait", retryAfterMilliseconds: 2000)
    let wrong = Refusal(.unauthenticated, "name or password is wrong")
    let cases: [(Refusal, TesseraError)] = [
      (wait, .refused(wait)), (wrong, .unauthenticated(wrong)),
      (Refusal(.unavailable, "starting"), .unreachable("UNAVAILABLE: starting")),
    ]
    for (refusal, expected) in cases {
      var conversation = Conversation()
      var peer = Peer()
      var request = AuthenticateRequest()
      request.credential = .password(Password(user: "ada", password: Secret("pw")))
      _ = conversation.begin(showing: request, timeoutMilliseconds: 1, into: &peer.fromClient)
      let isSigningIn = conversation.isSigningIn
      #expect(isSigningIn)
      #expect(peer.takeFrames().map(\.payload) == [request.encoded])
      peer.toClient.appendRefusal(refusal, call: Conversation.authentication)
      var thrown: TesseraError?
      do throws(TesseraError) { _ = try peer.deliver(to: &conversation) } catch { thrown = error }
      #expect(thrown == expected)
    }
  }

  @Test func `a goaway marks what is answered after it`() throws {
    var conversation = Conversation()
    var peer = Peer()
    try open(&conversation, &peer)
    conversation.send(call(1), now: .at(0), into: &peer.fromClient)
    conversation.send(call(2), now: .at(0), into: &peer.fromClient)
    let numbers = peer.takeFrames().map(\.header.call)
    peer.toClient.appendRefusal(Refusal(.unavailable, "disk"), call: numbers[0])
    peer.toClient.appendGoaway(.unavailable, reason: "stopping")
    peer.toClient.appendRefusal(Refusal(.unavailable, "stopping"), call: numbers[1])
    let events = try peer.deliver(to: &conversation).map(\.text)
    #expect(events == ["1 UNAVAILABLE", "goaway stopping", "2 UNAVAILABLE after goaway"])
    let hasRoom = conversation.calls.hasRoom
    #expect(!hasRoom)
  }

  @Test func `a connection that this side ends promises nothing`() throws {
    var conversation = Conversation()
    var peer = Peer()
    try open(&conversation, &peer)
    conversation.send(call(1), now: .at(0), into: &peer.fromClient)
    let numbers = peer.takeFrames().map(\.header.call)
    conversation.calls.drain()
    peer.toClient.appendRefusal(Refusal(.unavailable, "disk"), call: numbers[0])
    let events = try peer.deliver(to: &conversation).map(\.text)
    #expect(events == ["1 UNAVAILABLE"])
  }

  @Test func `pings are answered, cancels are sent once`() throws {
    var conversation = Conversation()
    var peer = Peer()
    try open(&conversation, &peer)
    peer.toClient.appendBareFrame(.ping)
    let events = try peer.deliver(to: &conversation).count
    #expect(events == 0)
    conversation.send(call(1, deadline: 50), now: .at(0), into: &peer.fromClient)
    conversation.send(call(2, deadline: 60), now: .at(0), into: &peer.fromClient)
    let cancelled = conversation.cancel(CallID(rawValue: 1), into: &peer.fromClient) != nil
    #expect(cancelled)
    let late = conversation.expire(.at(60), into: &peer.fromClient).map(\.id.rawValue)
    #expect(late == [2])
    let sent = peer.takeFrames().map(\.header)
    #expect(sent.map(\.kind) == [.pong, .request, .request, .cancel, .cancel])
    #expect(sent[1].call == sent[3].call)
    #expect(sent[2].call == sent[4].call)
    peer.toClient.appendRefusal(Refusal(.cancelled, ""), call: sent[1].call)
    let afterwards = try peer.deliver(to: &conversation).count
    #expect(afterwards == 0)
  }

  @Test(arguments: ["item", "stranger", "duplicate", "flags"])
  func `what the protocol does not allow ends the conversation`(_ fault: String) throws {
    var conversation = Conversation()
    var peer = Peer()
    try open(&conversation, &peer)
    switch fault {
    case "item":
      peer.toClient.appendFrame(FrameHeader(kind: .item, call: CallNumber(rawValue: 2)), Failure())
    case "stranger":
      peer.toClient.appendFrame(.response(.ok, call: CallNumber(rawValue: 99)), Failure())
    case "duplicate":
      peer.toClient.appendFrame(.response(.ok, call: Conversation.authentication), Failure())
    default:
      peer.toClient.append([0, 0, 0, 12, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }
    var isViolation = false
    do throws(TesseraError) {
      _ = try peer.deliver(to: &conversation)
    } catch {
      if case .protocolViolation = error { isViolation = true }
    }
    #expect(isViolation)
  }
}
