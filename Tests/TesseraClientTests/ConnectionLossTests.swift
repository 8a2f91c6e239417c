import Synchronization
import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire
import Testing

@testable import TesseraClient

@Suite(.timeLimit(.minutes(2))) struct ConnectionLossTests {
  private func issued(_ arrival: Arrival) -> Reaction {
    var response = IssueResponse()
    response.value = Secret("v")
    response.token = Token()
    return arrival.answer(response)
  }

  @Test func `a question is asked again on a new connection`() async throws {
    let server = try TestServer { arrival in
      guard arrival.header.method == .validate else { return [] }
      return arrival.connection < 2 ? [.hangUp] : [arrival.answer(ValidateResponse.allowed(5))]
    }
    let client = try TesseraClient(server.configuration())
    #expect(try await client.validate("x").id?.low == 5)
    await client.close()
  }

  @Test func `a change is asked for again only with an idempotency key`() async throws {
    let requests = Journal<Int>()
    let server = try TestServer { arrival in
      guard arrival.header.method == .issue else { return [] }
      requests.append(arrival.connection)
      return arrival.connection == 0 ? [.hangUp] : [issued(arrival)]
    }
    let client = try TesseraClient(server.configuration())
    let error = await failure { () throws(TesseraError) in
      try await client.issue(IssueRequest(.admin, name: "x"))
    }
    guard case .outcomeUnknown = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(requests.entries == [0])
    await client.close()
    // With a key the same loss is mended.
    let other = try TestServer { arrival in
      guard arrival.header.method == .issue else { return [] }
      return arrival.connection == 0 ? [.hangUp] : [issued(arrival)]
    }
    let second = try TesseraClient(other.configuration())
    var request = IssueRequest(.admin, name: "x")
    request.idempotencyKey = "once"
    #expect(try await second.issue(request).value == Secret("v"))
    await second.close()
  }

  @Test func `an update is asked for again only at a version, a new value never`() async throws {
    let requests = Journal<Int>()
    let server = try TestServer { arrival in
      guard arrival.header.method == .update || arrival.header.method == .regenerate else {
        return []
      }
      requests.append(arrival.connection)
      var response = UpdateResponse()
      response.token = Token()
      return requests.entries.count < 5 ? [.hangUp] : [arrival.answer(response)]
    }
    let client = try TesseraClient(server.configuration())
    var update = UpdateRequest(TokenID(high: 0, low: 1))
    update.name = "x"
    let asked = update
    update.ifVersion = 1
    update.expiry = .after(.seconds(60))
    let relative = update
    let lost = [
      await failure { () throws(TesseraError) in try await client.update(asked).token },
      await failure { () throws(TesseraError) in try await client.update(relative).token },
      await failure { () throws(TesseraError) in
        try await client.regenerate(RegenerateRequest(TokenID(high: 0, low: 1))).token
      },
    ]
    for error in lost {
      guard case .outcomeUnknown = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(requests.entries.count == 3)
    update.expiry = nil
    #expect(try await client.update(update).token == Token())
    #expect(requests.entries.count == 5)
    await client.close()
  }

  @Test func `UNAVAILABLE is tried again, and at last told`() async throws {
    let requests = Journal<Int>()
    let server = try TestServer { arrival in
      guard arrival.header.method == .health else { return [] }
      requests.append(arrival.connection)
      return [arrival.refuse(Refusal(.unavailable, "starting", retryAfterMilliseconds: 1))]
    }
    let client = try TesseraClient(server.configuration())
    let error = await failure { () throws(TesseraError) in try await client.health() }
    #expect(error == .refused(Refusal(.unavailable, "starting", retryAfterMilliseconds: 1)))
    #expect(requests.entries.count == 4)
    await client.close()
  }

  @Test func `what a goaway leaves undone is done elsewhere, changes too`() async throws {
    let server = try TestServer { arrival in
      guard arrival.header.method == .issue else { return [] }
      if arrival.connection > 0 { return [issued(arrival)] }
      return [.goaway("stopping"), arrival.refuse(Refusal(.unavailable, "stopping"))]
    }
    let client = try TesseraClient(server.configuration())
    let answer = try await client.issue(IssueRequest(.admin, name: "x"))
    #expect(answer.value == Secret("v"))
    await client.close()
  }

  @Test func `what was received before a goaway is answered there`() async throws {
    let waiting = Mutex<Arrival?>(nil)
    let requests = Journal<Int>()
    let server = try TestServer { arrival in
      switch arrival.header.method {
      case .get:
        waiting.withLock { $0 = arrival }
        requests.append(arrival.connection)
        return []
      case .health:
        requests.append(arrival.connection)
        if arrival.connection > 0 { return [arrival.answer(HealthResponse())] }
        let first = waiting.withLock { $0 }
        return [.goaway("stopping"), arrival.refuse(Refusal(.unavailable, "stopping"))]
          + (first.map { [$0.answer(GetResponse(token: Token(), revision: .zero))] } ?? [])
      default: return []
      }
    }
    let client = try TesseraClient(server.configuration())
    async let token = client.token(TokenID(high: 0, low: 1))
    await requests.reaches(1)
    _ = try await client.health()
    _ = try await token
    #expect(requests.entries == [0, 0, 1])
    await client.close()
  }

  @Test func `a server that answers no ping is left for another connection`() async throws {
    let server = try TestServer { arrival in
      // Connection 0 is deaf: it answers neither calls nor pings.
      guard arrival.header.method == .health, arrival.connection > 0 else { return [] }
      return [arrival.answer(HealthResponse())]
    }
    var configuration = server.configuration()
    configuration.pingInterval = .milliseconds(20)
    configuration.pingTimeout = .milliseconds(20)
    configuration.attempts = 1000
    let client = try TesseraClient(configuration)
    _ = try await client.health()
    await client.close()
  }

  @Test func `nobody listens`() async throws {
    let server = try TestServer { _ in [] }
    server.shutDown()
    let client = try TesseraClient(server.configuration())
    for _ in 0..<2 {
      let error = await failure { () throws(TesseraError) in try await client.health() }
      guard case .unreachable = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    await client.close()
  }

  @Test func `a server that another authority signed for is not talked to`() async throws {
    let arrivals = Journal<Int>()
    let server = try TestServer { arrival in
      arrivals.append(arrival.connection)
      return []
    }
    var configuration = server.configuration()
    configuration.trustedCertificates = .bytes(TesseraTestCertificates.stranger)
    let client = try TesseraClient(configuration)
    let error = await failure { () throws(TesseraError) in try await client.health() }
    guard case .certificate = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(arrivals.entries.isEmpty)
    await client.close()
    var misnamed = server.configuration()
    misnamed.serverName = "tokens.example.com"
    let second = try TesseraClient(misnamed)
    let other = await failure { () throws(TesseraError) in try await second.health() }
    guard case .certificate = other else {
      Issue.record("\(String(describing: other))")
      return
    }
    await second.close()
  }

  @Test func `what does not speak TLS is said to`() async throws {
    let server = try TestServer(speaksTLS: false) { _ in [] }
    let client = try TesseraClient(server.configuration())
    let error = await failure { () throws(TesseraError) in try await client.health() }
    guard case .tls = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    await client.close()
  }

  @Test func `a caller who is not known is told so`() async throws {
    let refusal = Refusal(.unauthenticated, "the token has expired")
    let server = try TestServer { arrival in
      arrival.header.method == .authenticate ? [arrival.refuse(refusal)] : []
    }
    let client = try TesseraClient(server.configuration())
    let error = await failure { () throws(TesseraError) in try await client.health() }
    #expect(error == .unauthenticated(refusal))
    await client.close()
  }

  @Test func `a new token in the file is shown once the old one has ended`() async throws {
    let path = temporaryPath("token")
    defer { removeFile(path) }
    try write("old\n", to: path)
    let server = try TestServer { arrival in
      switch arrival.header.method {
      case .authenticate:
        let request = arrival.decoded(AuthenticateRequest.self)
        return request == AuthenticateRequest(token: Secret("new")) || arrival.connection == 0
          ? [] : [arrival.refuse(Refusal(.unauthenticated, "old"))]
      case .health:
        return arrival.connection == 0
          ? [arrival.refuse(Refusal(.unauthenticated, "revoked"))]
          : [arrival.answer(HealthResponse())]
      default: return []
      }
    }
    let client = try TesseraClient(server.configuration(.tokenFile(path)))
    try write("new\n", to: path)
    let error = await failure { () throws(TesseraError) in try await client.health() }
    #expect(error == .unauthenticated(Refusal(.unauthenticated, "revoked")))
    _ = try await client.health()
    await client.close()
  }

  @Test func `no credential is shown where there is none`() async throws {
    let methods = Journal<Method?>()
    let server = try TestServer { arrival in
      methods.append(arrival.header.method)
      return [arrival.answer(HealthResponse())]
    }
    let client = try TesseraClient(server.configuration(.none))
    _ = try await client.health()
    #expect(methods.entries == [.health])
    await client.close()
  }

  @Test(arguments: ["no port", "no CA", "no token file", "two tokens in a file", "connections"])
  func `a configuration that cannot be used is refused at once`(_ fault: String) throws {
    let server = try TestServer { _ in [] }
    var configuration = server.configuration()
    let path = temporaryPath("tokens")
    defer { removeFile(path) }
    try write("one\ntwo\n", to: path)
    switch fault {
    case "no port": configuration.address = "localhost"
    case "no CA": configuration.trustedCertificates = .file("/nonexistent/ca.pem")
    case "no token file": configuration.credential = .tokenFile("/nonexistent/token")
    case "two tokens in a file": configuration.credential = .tokenFile(path)
    default: configuration.connections = 0
    }
    var isRefused = false
    do throws(TesseraError) {
      _ = try TesseraClient(configuration)
    } catch {
      if case .configuration = error { isRefused = true }
    }
    #expect(isRefused)
  }

  private func write(_ text: String, to path: String) throws {
    try unsafe SmallFile.write(text.utf8.span.bytes, to: path, .replacing)
  }
}
