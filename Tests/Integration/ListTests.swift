import Testing
import TesseraModel
import TesseraWire

@Suite struct ListTests {
  private func list(
    _ client: TestClient, _ change: (inout ListRequest) -> Void = { _ in }
  ) throws -> [Token] {
    var request = ListRequest()
    change(&request)
    var tokens: [Token] = []
    while true {
      let response = try client.call(request)
      #expect(response.revision > .zero)
      #expect(response.tokens.count <= (request.pageSize == 0 ? 100 : Int(request.pageSize)))
      tokens += response.tokens
      if response.nextPageToken.isEmpty { return tokens }
      request.pageToken = response.nextPageToken
    }
  }

  @Test func `a list pages through all tokens in order of creation, each once`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let calls = try (0..<700).map { try client.start(TestClient.request(.client, name: "\($0)")) }
    let ids = try calls.map { try TestClient.Issued(client.finish($0, IssueRequest.self)).id }
    for pageSize: UInt32 in [0, 7, 350, 701, 1000] {
      let listed = try list(client) { $0.pageSize = pageSize }
      #expect(listed.compactMap(\.id).dropFirst().elementsEqual(ids))
      #expect(listed.first?.name == "root")
    }
    let few = try list(client) {
      $0.pageSize = 1
      $0.text = "69"
    }
    #expect(few.map(\.name) == (0..<700).map { "\($0)" }.filter { $0.contains("69") })
  }

  @Test func `a page stays right while tokens come and go`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let tokens = try (0..<10).map { try client.issue(.client, name: "\($0)") }
    var request = ListRequest()
    request.pageSize = 5
    request.kinds = KindSet(.client)
    request.states = [.active]
    let first = try client.call(request)
    #expect(first.tokens.map(\.name) == ["0", "1", "2", "3", "4"])
    try client.revoke([tokens[4].id, tokens[6].id])
    _ = try client.issue(.client, name: "10")
    request.pageToken = first.nextPageToken
    #expect(try client.call(request).tokens.map(\.name) == ["5", "7", "8", "9", "10"])
  }

  @Test func `filters narrow the list`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    _ = try client.issue(.client, name: "one")
    _ = try client.issue(.client, name: "two") {
      $0.environment = EnvironmentID(unchecked: "development")
      $0.description = "The ONE for tests"
    }
    _ = try client.issue(.frontend, name: "three") { $0.projects = .all }
    for user: UserID in ["ada", "bob"] { try client.create(user) }
    _ = try client.issue(.personal, name: "four")
    _ = try client.issue(.personal, name: "five") {
      $0.owner = UserID(unchecked: "bob")
      $0.expiry = .after(.seconds(3600))
    }
    let revoked = try client.issue(.service, name: "six")
    try client.revoke([revoked.id])

    func names(_ change: (inout ListRequest) -> Void) throws -> [String] {
      try list(client, change).map(\.name)
    }
    #expect(try names { $0.kinds = KindSet(.client) } == ["one", "two"])
    #expect(try names { $0.kinds = [KindSet(.frontend), KindSet(.service)] } == ["three", "six"])
    #expect(
      try names { $0.environment = EnvironmentID(unchecked: "production") } == ["one", "three"])
    #expect(try names { $0.project = ProjectID(unchecked: "default") } == ["one", "two", "three"])
    #expect(try names { $0.owner = UserID(unchecked: "bob") } == ["five"])
    #expect(try names { $0.text = "one" } == ["one", "two"])
    #expect(try names { $0.states = [.revoked] } == ["six"])
    #expect(try names { $0.states = [.expired] } == [])
    #expect(try names { $0.expiringWithin = .seconds(7200) } == ["five"])
    #expect(try names { $0.expiringWithin = .seconds(40 * 86_400) } == ["four", "five"])
    #expect(
      try names { $0.sort = .name } == ["five", "four", "one", "root", "six", "three", "two"])
    #expect(try names { $0.sort = .expires }.prefix(2) == ["five", "four"])
    for size: UInt32 in 1...3 {
      #expect(
        try names {
          $0.sort = .name
          $0.pageSize = size
        } == ["five", "four", "one", "root", "six", "three", "two"])
    }
  }

  @Test func `a list sorts by last use and narrows by it, those never used first`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    // In another order than that of their uses.
    let late = try client.issue(.client, name: "late")
    _ = try client.issue(.client, name: "never")
    let early = try client.issue(.client, name: "early")
    _ = try client.verdict(early.value)
    let first = try #require(try client.get(early.id).lastUsedAt)
    try eventually("a use in a later second") {
      _ = try client.verdict(late.value)
      return try #require(try client.get(late.id).lastUsedAt) > first
    }
    let second = try #require(try client.get(late.id).lastUsedAt)

    func names(_ change: (inout ListRequest) -> Void) throws -> [String] {
      try list(client) {
        $0.kinds = KindSet(.client)
        change(&$0)
      }.map(\.name)
    }
    for size: UInt32 in 0...3 {
      #expect(
        try names {
          $0.sort = .lastUsed
          $0.pageSize = size
        } == ["never", "early", "late"])
    }
    #expect(try names { $0.lastUsedBefore = first } == ["never"])
    #expect(try names { $0.lastUsedBefore = second } == ["never", "early"])
    #expect(
      try names {
        $0.lastUsedBefore = second + .seconds(1)
        $0.sort = .lastUsed
      } == ["never", "early", "late"])
  }

  @Test func `of more than it sorts a list asks for a narrower filter`() throws {
    let authority = try TestAuthority { $0.sortedMatches = 3 }
    let client = try authority.admin()
    for name in ["c", "b", "a"] { _ = try client.issue(.client, name: name) }
    var request = ListRequest()
    request.kinds = KindSet(.client)
    for sort in [ListSort.name, .expires, .lastUsed] {
      request.sort = sort
      #expect(try client.call(request).tokens.count == 3)
    }
    _ = try client.issue(.client, name: "b too")
    for sort in [ListSort.name, .expires, .lastUsed] {
      request.sort = sort
      let refusal = try client.refusal(of: request)
      #expect(refusal.code == .failedPrecondition && refusal.field == "sort")
      #expect(refusal.message.contains("more than 3 tokens"))
    }
    request.sort = .name
    request.text = "b"
    #expect(try client.call(request).tokens.map(\.name) == ["b", "b too"])
    request.text = ""
    request.sort = .created
    #expect(try client.call(request).tokens.count == 4)
  }

  @Test func `what cannot be listed is refused by the field's name`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    for _ in 0..<3 { _ = try client.issue(.client) }
    func refusal(_ change: (inout ListRequest) -> Void) throws -> Refusal {
      var request = ListRequest()
      change(&request)
      return try client.refusal(of: request)
    }
    #expect(try refusal { $0.pageSize = 1001 }.field == "page_size")
    #expect(try refusal { $0.pageToken = [1, 2, 3] }.field == "page_token")
    #expect(try refusal { $0.expiringWithin = .zero }.field == "expiring_within")
    // A page token belongs to its filters.
    var request = ListRequest()
    request.pageSize = 1
    let next = try client.call(request).nextPageToken
    #expect(
      try refusal {
        $0.pageToken = next
        $0.text = "x"
      }.field == "page_token")
  }

  @Test func `a page token is the authority's own, and tells of nothing that is not shown`() throws
  {
    let product = try Product()
    let shown = try (0..<3).map { _ in try product.client(.one("project-a")) }
    // As many as a look takes, and more: the page ends with what was shown, and not with these.
    let calls = try (0..<(2 * Limits.listSlice)).map { _ in
      try product.admin.start(
        TestClient.request(.client) { $0.projects = .one("project-b") })
    }
    let hidden = try calls.map {
      try TestClient.Issued(product.admin.finish($0, IssueRequest.self)).id
    }
    let after = try product.client(.one("project-a"))
    let ada = try product.user("ada", .member("project-a"))
    var request = ListRequest()
    request.kinds = KindSet(.client)
    request.pageSize = 3
    let first = try ada.call(request)
    #expect(first.tokens.map(\.id) == shown.map(\.id))
    let token = first.nextPageToken
    for id in hidden {
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: id.low >> (56 - 8 * $0)) }
      #expect(!token.contains(bytes))
    }
    request.pageToken = token
    #expect(try ada.call(request).tokens.map(\.id) == [after.id])
    // Any change of it makes it nobody's, wherever it is.
    for place in token.indices {
      var forged = token
      forged[place] ^= 1
      request.pageToken = forged
      let refusal = try ada.refusal(of: request)
      #expect(refusal.code == .invalidArgument && refusal.field == "page_token")
    }
    for wrong in [Array(token.dropLast()), token + [0], Array(token.prefix(16)), [1]] {
      request.pageToken = wrong
      #expect(try ada.refusal(of: request).field == "page_token")
    }
  }

  @Test func `a list goes on after a restart`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let tokens = try (0..<3).map { try client.issue(.client, name: "\($0)") }
    var request = ListRequest()
    request.kinds = KindSet(.client)
    request.pageSize = 2
    request.pageToken = try client.call(request).nextPageToken
    authority.stop()
    let next = try TestAuthority(after: authority)
    #expect(try next.admin().call(request).tokens.map(\.id) == [tokens[2].id])
  }

  @Test func `lists of one connection are few at a time`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    var burst: [UInt8] = []
    for number in 1...200 {
      burst += Frames.request(.list, [], CallNumber(rawValue: UInt32(number)))
    }
    try client.send(burst)
    var answered = 0
    for number in 1...200 {
      let (header, _) = try client.answer(to: CallNumber(rawValue: UInt32(number)))
      #expect(header.status == .ok || header.status == .resourceExhausted)
      if header.status == .ok { answered += 1 }
    }
    #expect(answered >= Limits.answerBytesInFlight / Limits.frameLength)
  }
}
