import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire
import Testing

@testable import TesseraClient

@Suite(.timeLimit(.minutes(2))) struct ViewTests {
  @Test func `calls carry for whom they are made, and the password`() async throws {
    let contexts = Journal<CallContext?>()
    let server = try TestServer { arrival in
      guard arrival.header.method == .get else { return [] }
      contexts.append(arrival.decoded(GetRequest.self)?.context)
      return [arrival.answer(GetResponse(token: Token(), revision: .zero))]
    }
    let client = try TesseraClient(server.configuration())
    let password = Secret("correct horse")
    let views = [
      client, client.acting(as: "ada"), client.confirming(with: password),
      client.acting(as: "ada").confirming(with: password),
      client.confirming(with: password).with(timeout: .seconds(50)).acting(as: "ada"),
      client.acting(as: "bob").acting(as: "ada"),
    ]
    for view in views { _ = try await view.token(TokenID(high: 0, low: 1)) }
    let both = CallContext(actAs: "ada", password: password)
    #expect(
      contexts.entries == [
        nil, CallContext(actAs: "ada"), CallContext(password: password), both, both,
        CallContext(actAs: "ada"),
      ])
    #expect(views[4].timeout == .seconds(50))
    await client.close()
  }

  @Test func `every method that can say for whom it is made does`() async throws {
    let payloads = Journal<[UInt8]>()
    let server = try TestServer { arrival in
      guard arrival.header.method != .authenticate else { return [] }
      payloads.append(arrival.payload)
      return [arrival.refuse(Refusal(.notFound, "none"))]
    }
    let client = try TesseraClient(server.configuration()).acting(as: "ada")
    let id = TokenID(high: 0, low: 1)
    _ = await failure { () throws(TesseraError) in try await client.issue(IssueRequest()) }
    _ = await failure { () throws(TesseraError) in try await client.update(UpdateRequest(id)) }
    _ = await failure { () throws(TesseraError) in
      try await client.regenerate(RegenerateRequest(id))
    }
    _ = await failure { () throws(TesseraError) in try await client.revoke([id]) }
    _ = await failure { () throws(TesseraError) in try await client.list(ListRequest()) }
    _ = await failure { () throws(TesseraError) in try await client.importTokens([]) }
    _ = await failure { () throws(TesseraError) in try await client.token(id) }
    _ = await failure { () throws(TesseraError) in try await client.whoAmI() }
    _ = await failure { () throws(TesseraError) in
      try await client.createUser(CreateUserRequest())
    }
    _ = await failure { () throws(TesseraError) in
      try await client.updateUser(UpdateUserRequest())
    }
    _ = await failure { () throws(TesseraError) in try await client.deleteUser("ada") }
    _ = await failure { () throws(TesseraError) in try await client.user("ada") }
    _ = await failure { () throws(TesseraError) in
      try await client.listUsers(ListUsersRequest())
    }
    _ = await failure { () throws(TesseraError) in try await client.setPassword(nil, of: "ada") }
    _ = await failure { () throws(TesseraError) in
      try await client.createEntry(.project(.init("shop")))
    }
    _ = await failure { () throws(TesseraError) in
      try await client.updateEntry(.project(.init("shop")))
    }
    _ = await failure { () throws(TesseraError) in
      try await client.deleteEntry(.project("shop"))
    }
    _ = await failure { () throws(TesseraError) in try await client.entry(.project("shop")) }
    _ = await failure { () throws(TesseraError) in
      try await client.listEntries(ListEntriesRequest(.role))
    }
    _ = await failure { () throws(TesseraError) in
      try await client.listEvents(ListEventsRequest())
    }
    _ = await failure { () throws(TesseraError) in
      try await client.purge(endedBefore: Timestamp(microseconds: 5))
    }
    // Every message has the context last, as field 15 with 5 bytes: act_as of 3.
    let context: [UInt8] = [15 << 3 | 2, 5, 1 << 3 | 2, 3] + Array("ada".utf8)
    #expect(payloads.entries.count == 21)
    #expect(payloads.entries.allSatisfy { $0.suffix(context.count).elementsEqual(context) })
    _ = await failure { () throws(TesseraError) in try await client.validate("x") }
    _ = await failure { () throws(TesseraError) in try await client.health() }
    #expect(payloads.entries.suffix(2).map(\.count) == [3, 0])
    await client.close()
  }

  @Test func `views share the connections and their end`() async throws {
    let connections = Journal<Int>()
    let server = try TestServer { arrival in
      guard arrival.header.method == .whoAmI else { return [] }
      connections.append(arrival.connection)
      return [arrival.answer(WhoAmIResponse(caller: Caller()))]
    }
    let client = try TesseraClient(server.configuration())
    _ = try await client.whoAmI()
    _ = try await client.acting(as: "ada").whoAmI()
    #expect(connections.entries == [0, 0])
    await client.close()
    let error = await failure { () throws(TesseraError) in
      try await client.acting(as: "ada").whoAmI()
    }
    #expect(error == .closed)
  }

  @Test func `a change that was not confirmed says so, and is not repeated`() async throws {
    let requests = Journal<Int>()
    let wrong = Refusal(.unauthenticated, "the password is wrong", field: "context.password")
    let server = try TestServer { arrival in
      guard arrival.header.method == .revoke else { return [] }
      requests.append(arrival.connection)
      return [arrival.refuse(wrong)]
    }
    let path = temporaryPath("token")
    defer { removeFile(path) }
    try unsafe SmallFile.write("value".utf8.span.bytes, to: path, .replacing)
    let client = try TesseraClient(server.configuration(.tokenFile(path)))
    for _ in 0..<3 {
      let error = await failure { () throws(TesseraError) in
        try await client.confirming(with: Secret("wrong")).revoke([TokenID(high: 0, low: 1)])
      }
      #expect(error == .unconfirmed(wrong))
    }
    // The caller itself is known: its connection stands, and the token's file is not read again.
    #expect(requests.entries == [0, 0, 0])
    await client.close()
  }
}
