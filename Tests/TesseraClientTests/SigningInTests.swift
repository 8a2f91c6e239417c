import TesseraModel
import TesseraWire
import Testing

@testable import TesseraClient

@Suite(.timeLimit(.minutes(2))) struct SigningInTests {
  private static let ada = Credential.password(user: "ada", Secret("correct horse"))

  /// A server that does with the n-th password it is shown what `answer` says; nothing is to let
  /// the caller in. It answers every health.
  private func server(
    _ shown: Journal<AuthenticateRequest?>,
    _ answer: @escaping @Sendable (_ attempt: Int, Arrival) -> [Reaction]
  ) throws -> TestServer {
    try TestServer { arrival in
      switch arrival.header.method {
      case .authenticate:
        shown.append(arrival.decoded(AuthenticateRequest.self))
        return answer(shown.entries.count, arrival)
      case .health: return [arrival.answer(HealthResponse())]
      default: return []
      }
    }
  }

  private func health(_ client: TesseraClient) async -> TesseraError? {
    await failure { () throws(TesseraError) in try await client.health() }
  }

  @Test func `name and password are shown on each connection, one at a time`() async throws {
    let shown = Journal<AuthenticateRequest?>()
    // The second is never answered.
    let server = try server(shown) { attempt, _ in
      attempt == 2 ? [.send(FrameHeader(kind: .pong), [])] : []
    }
    let client = try TesseraClient(server.configuration(SigningInTests.ada, connections: 4))
    _ = try await client.health()
    await shown.reaches(2)
    for _ in 0..<100 { _ = try await client.health() }
    var expected = AuthenticateRequest()
    expected.credential = .password(Password(user: "ada", password: Secret("correct horse")))
    #expect(shown.entries == [expected, expected])
    await client.close()
  }

  @Test func `a wrong password is shown once`() async throws {
    let shown = Journal<AuthenticateRequest?>()
    let wrong = Refusal(.unauthenticated, "name or password is wrong")
    let server = try server(shown) { _, arrival in [arrival.refuse(wrong)] }
    let client = try TesseraClient(server.configuration(SigningInTests.ada, connections: 3))
    for _ in 0..<200 { #expect(await health(client) == .unauthenticated(wrong)) }
    #expect(shown.entries.count == 1)
    await client.close()
  }

  @Test func `a password that was changed meanwhile is shown once more`() async throws {
    let shown = Journal<AuthenticateRequest?>()
    let wrong = Refusal(.unauthenticated, "name or password is wrong")
    let server = try TestServer { arrival in
      guard arrival.header.method == .authenticate else { return [.hangUp] }
      shown.append(nil)
      return shown.entries.count == 1 ? [] : [arrival.refuse(wrong)]
    }
    let client = try TesseraClient(server.configuration(SigningInTests.ada))
    for _ in 0..<100 { #expect(await health(client) == .unauthenticated(wrong)) }
    #expect(shown.entries.count == 2)
    await client.close()
  }

  @Test func `while the authority asks to wait, calls are told and nothing is shown`() async throws
  {
    let shown = Journal<AuthenticateRequest?>()
    let wait = Refusal(.resourceExhausted, "wait", retryAfterMilliseconds: 3_600_000)
    let server = try server(shown) { _, arrival in [arrival.refuse(wait)] }
    let client = try TesseraClient(server.configuration(SigningInTests.ada))
    for _ in 0..<200 {
      let error = await health(client)
      #expect(error == .refused(wait) && error?.retryAfter == .seconds(3600))
    }
    #expect(shown.entries.count == 1)
    await client.close()
  }

  @Test func `after the wait the next call signs in`() async throws {
    let shown = Journal<AuthenticateRequest?>()
    let wait = Refusal(.resourceExhausted, "wait", retryAfterMilliseconds: 1)
    let server = try server(shown) { attempt, arrival in
      attempt == 1 ? [arrival.refuse(wait)] : []
    }
    let client = try TesseraClient(server.configuration(SigningInTests.ada))
    #expect(await health(client) == .refused(wait))
    while let error = await health(client) { #expect(error == .refused(wait)) }
    #expect(shown.entries.count == 2)
    await client.close()
  }

  @Test func `a sign-in that was not answered is tried again for as long as a call waits`()
    async throws
  {
    let shown = Journal<AuthenticateRequest?>()
    let server = try server(shown) { attempt, _ in attempt == 6 ? [] : [.hangUp] }
    let client = try TesseraClient(server.configuration(SigningInTests.ada))
    guard case .unreachable = await health(client) else {
      Issue.record("the call was not told that the connection was lost")
      return
    }
    #expect(shown.entries.count == 4)
    _ = try await client.health()
    #expect(shown.entries.count == 6)
    await client.close()
  }

  @Test func `a server that is starting is waited for`() async throws {
    let shown = Journal<AuthenticateRequest?>()
    let server = try server(shown) { attempt, arrival in
      attempt < 3 ? [arrival.refuse(Refusal(.unavailable, "starting"))] : []
    }
    let client = try TesseraClient(server.configuration(SigningInTests.ada))
    _ = try await client.health()
    #expect(shown.entries.count == 3)
    await client.close()
  }

  @Test(arguments: [0, 1025])
  func `a password of no possible length is refused at once`(_ count: Int) throws {
    let credential = Credential.password(
      user: "ada", Secret(String(repeating: "x", count: count)))
    #expect(throws: TesseraError.configuration("a password has 1 to 1024 bytes")) {
      try TesseraClient(.init(address: "localhost:1", credential: credential))
    }
  }
}
