import Synchronization
import TesseraModel
import TesseraSystem
import TesseraWire
import Testing

@testable import TesseraClient

extension ValidateResponse {
  static func allowed(_ number: UInt64) -> ValidateResponse {
    var response = ValidateResponse()
    response.verdict = .allowed
    response.id = TokenID(high: 0, low: number)
    response.kind = .client
    response.revision = Revision(rawValue: number)
    return response
  }
}

/// How a call ended that is expected to fail.
func failure<Answer>(
  of body: () async throws(TesseraError) -> Answer
) async -> TesseraError? {
  do throws(TesseraError) {
    _ = try await body()
    return nil
  } catch {
    return error
  }
}

/// The token id that a validate's value names: values in these tests are numbers.
private func answered(_ arrival: Arrival) -> Reaction {
  let value = arrival.decoded(ValidateRequest.self)?.token.text ?? ""
  return arrival.answer(ValidateResponse.allowed(UInt64(value) ?? 0))
}

@Suite(.timeLimit(.minutes(2))) struct ClientTests {
  @Test func `many calls from many tasks, answered in any order, each get their own`() async throws
  {
    let held = Mutex<[Arrival]>([])
    let server = try TestServer { arrival in
      guard arrival.header.method == .validate else { return [] }
      // Answers in reverse, ten at a time.
      return held.withLock { held in
        held.append(arrival)
        guard held.count == 10 else { return [] }
        defer { held = [] }
        return held.reversed().map(answered)
      }
    }
    let client = try TesseraClient(server.configuration())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...3000 {
        group.addTask {
          let answer = try await client.validate("\(number)")
          #expect(answer.id == TokenID(high: 0, low: UInt64(number)))
          #expect(answer.isAllowed)
        }
      }
      try await group.waitForAll()
    }
    await client.close()
  }

  @Test func `every method reaches the authority and its answer comes back`() async throws {
    let arrivals = Journal<Arrival>()
    let id = TokenID(high: 7, low: 9)
    var token = Token()
    token.id = id
    token.name = "checkout"
    let known = token
    let server = try TestServer { arrival in
      arrivals.append(arrival)
      switch arrival.header.method {
      case .issue:
        var response = IssueResponse()
        response.value = Secret("shown once")
        response.token = known
        response.warnings = ["never expires"]
        return [arrival.answer(response)]
      case .validateBatch:
        var response = ValidateBatchResponse()
        response.responses = [.allowed(1), .allowed(2)]
        return [arrival.answer(response)]
      case .revoke:
        var response = RevokeResponse()
        response.outcomes = [RevokeOutcome(id, .revoked)]
        return [arrival.answer(response)]
      case .update:
        var response = UpdateResponse()
        response.token = known
        response.warnings = ["careful"]
        return [arrival.answer(response)]
      case .regenerate:
        var response = RegenerateResponse()
        response.value = Secret("shown once more")
        response.token = known
        return [arrival.answer(response)]
      case .list:
        var response = ListResponse()
        response.tokens = Array(repeating: known, count: 1000)
        let page = arrival.decoded(ListRequest.self)?.pageToken ?? []
        response.nextPageToken = page.isEmpty ? [1] : []
        return [arrival.answer(response)]
      case .get: return [arrival.answer(GetResponse(token: known, revision: .zero))]
      case .whoAmI:
        var caller = Caller()
        caller.name = "ci"
        return [arrival.answer(WhoAmIResponse(caller: caller))]
      case .health:
        var response = HealthResponse()
        response.status = .serving
        return [arrival.answer(response)]
      default: return []
      }
    }
    let client = try TesseraClient(server.configuration(connections: 3))
    let issued = try await client.issue(IssueRequest(.admin, name: "root"))
    #expect(issued.value == Secret("shown once"))
    #expect(issued.warnings == ["never expires"])
    let batch = [ValidateRequest(token: "a"), ValidateRequest(token: "b")]
    #expect(try await client.validateBatch(batch).map(\.id?.low) == [1, 2])
    #expect(try await client.revoke([id]).outcomes == [RevokeOutcome(id, .revoked)])
    let updated = try await client.update(UpdateRequest(id))
    #expect(updated.token == known && updated.warnings == ["careful"])
    let regenerated = try await client.regenerate(RegenerateRequest(id))
    #expect(regenerated.value == Secret("shown once more") && regenerated.token == known)
    var count = 0
    for try await token in client.tokens() where token.id == id { count += 1 }
    #expect(count == 2000)
    #expect(try await client.token(id) == known)
    #expect(try await client.whoAmI().name == "ci")
    #expect(try await client.health().status == .serving)
    let first = try #require(arrivals.entries.first)
    #expect(
      first.decoded(AuthenticateRequest.self) == AuthenticateRequest(token: Secret("*:*.caller")))
    await client.close()
  }

  @Test func `a deadline passes and the authority is told`() async throws {
    let cancels = Journal<CallNumber>()
    let requests = Journal<FrameHeader>()
    let server = try TestServer { arrival in
      if arrival.header.kind == .cancel { cancels.append(arrival.header.call) }
      if arrival.header.method == .get { requests.append(arrival.header) }
      return []
    }
    let client = try TesseraClient(server.configuration())
    let hasty = client.with(timeout: .milliseconds(200))
    let error = await failure { () throws(TesseraError) in
      try await hasty.token(TokenID(high: 0, low: 1))
    }
    #expect(error == .deadlineExceeded)
    await cancels.reaches(1)
    #expect(cancels.entries == requests.entries.map(\.call))
    #expect(requests.entries.allSatisfy { (1...200).contains($0.timeoutMilliseconds) })
    await client.close()
  }

  @Test func `a cancelled task ends its call and the authority is told`() async throws {
    let cancels = Journal<CallNumber>()
    let requests = Journal<CallNumber>()
    let server = try TestServer { arrival in
      if arrival.header.kind == .cancel { cancels.append(arrival.header.call) }
      if arrival.header.method == .get { requests.append(arrival.header.call) }
      return []
    }
    let client = try TesseraClient(server.configuration())
    let task = Task {
      await failure { () throws(TesseraError) in try await client.token(TokenID(high: 0, low: 1)) }
    }
    await requests.reaches(1)
    task.cancel()
    #expect(await task.value == .cancelled)
    await cancels.reaches(1)
    #expect(cancels.entries == requests.entries)
    // A task that is cancelled before it calls is not kept waiting either.
    let late = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return await failure { () throws(TesseraError) in
        try await client.token(TokenID(high: 0, low: 2))
      }
    }
    #expect(await late.value == .cancelled)
    await client.close()
  }

  @Test func `more calls than may wait are refused at once`() async throws {
    let requests = Journal<CallNumber>()
    let server = try TestServer { arrival in
      if arrival.header.method == .health { requests.append(arrival.header.call) }
      return []
    }
    var configuration = server.configuration()
    configuration.callLimit = 2
    let client = try TesseraClient(configuration)
    async let first = failure { () throws(TesseraError) in try await client.health() }
    async let second = failure { () throws(TesseraError) in try await client.health() }
    await requests.reaches(2)
    let third = await failure { () throws(TesseraError) in try await client.health() }
    #expect(third == .overloaded)
    await client.close()
    #expect(await first == .closed)
    #expect(await second == .closed)
    let later = await failure { () throws(TesseraError) in try await client.health() }
    #expect(later == .closed)
  }

  @Test func `closing leaves a change under way unknown`() async throws {
    let requests = Journal<CallNumber>()
    let server = try TestServer { arrival in
      if arrival.header.method == .issue { requests.append(arrival.header.call) }
      return []
    }
    let client = try TesseraClient(server.configuration())
    async let issued = failure { () throws(TesseraError) in
      try await client.issue(IssueRequest(.admin, name: "x"))
    }
    await requests.reaches(1)
    await client.close()
    #expect(await issued == .outcomeUnknown("the client was closed"))
  }

  @Test func `a request that fits no frame is refused before it is sent`() async throws {
    let server = try TestServer { _ in [] }
    let client = try TesseraClient(server.configuration())
    let request = ValidateRequest(token: Secret([UInt8](repeating: 0x61, count: 1 << 20)))
    let error = await failure { () throws(TesseraError) in try await client.validate(request) }
    guard case .refused(let refusal) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(refusal.code == .invalidArgument)
    await client.close()
  }
}

extension ValidateRequest {
  fileprivate init(token: String) { self.init(token: Secret(token)) }
}
