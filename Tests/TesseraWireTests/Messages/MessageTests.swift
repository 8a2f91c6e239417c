import TesseraBytes
import TesseraModel
import TesseraWire
import Testing

/// What the messages' rules add to proto3. That every field comes back is the conformance tests'
/// to show, which have a second opinion.
@Suite struct MessageTests {
  static let id = TokenID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10)

  func decode<Message: WireMessage>(
    _ type: Message.Type = Message.self, _ bytes: [UInt8]
  ) throws(WireError) -> Message {
    unsafe try Message(decoding: bytes.span.bytes)
  }

  @Test(
    arguments: [
      (0, 0, 0), (1, 999_999_999, 1_999_999), (-1, 999_999_000, -1), (-1, 0, -1_000_000),
      (-62_135_596_800, 0, Timestamp.earliest.microseconds),
      (253_402_300_799, 999_999_999, Timestamp.latest.microseconds),
    ] as [(Int64, Int64, Int64)])
  func `a timestamp is whole microseconds`(
    seconds: Int64, nanos: Int64, microseconds: Int64
  ) throws {
    var buffer = ByteBuffer()
    buffer.append(field: 4) { time in
      time.append(field: 1, int64: seconds)
      time.append(field: 2, int64: nanos)
    }
    let read = try decode(HealthResponse.self, buffer.bytes.array)
    #expect(read.startedAt == Timestamp(microseconds: microseconds))
    #expect(try decode(HealthResponse.self, read.encoded) == read)
  }

  @Test(
    arguments: [
      (0, -1), (0, 1_000_000_000), (-62_135_596_801, 0), (253_402_300_800, 0), (.max, 0), (.min, 0),
    ] as [(Int64, Int64)])
  func `a timestamp out of range is refused`(seconds: Int64, nanos: Int64) {
    var buffer = ByteBuffer()
    buffer.append(field: 9) { time in
      time.append(field: 1, int64: seconds)
      time.append(field: 2, int64: nanos)
    }
    let bytes = buffer.bytes.array
    #expect(throws: WireError(.outOfRange, field: "expires_at")) {
      try decode(IssueRequest.self, bytes)
    }
  }

  @Test(
    arguments: [
      (315_576_000_001, 0), (1, -1), (-1, 1), (0, 1_000_000_000), (.min, 0),
    ] as [(Int64, Int64)])
  func `a duration out of range is refused`(seconds: Int64, nanos: Int64) {
    var buffer = ByteBuffer()
    buffer.append(field: 10) { time in
      time.append(field: 1, int64: seconds)
      time.append(field: 2, int64: nanos)
    }
    let bytes = buffer.bytes.array
    #expect(throws: WireError(.outOfRange, field: "lifetime")) {
      try decode(IssueRequest.self, bytes)
    }
  }

  @Test func `a request that names an unknown enum number is refused, a response reads on`() throws
  {
    let unknown: [UInt8] = [0x08, 99]
    #expect(throws: WireError(.unknownEnum, field: "kind")) {
      try decode(IssueRequest.self, unknown)
    }
    let answer = try decode(ValidateResponse.self, unknown + [0x20, 5])
    #expect(answer.verdict == nil)
    #expect(answer.revision == Revision(rawValue: 5))
    let state: [UInt8] = [0x2a, 2, 0x08, 99]
    #expect(throws: WireError(.unknownEnum, field: "states.states")) {
      try decode(ListRequest.self, state)
    }
    let grants: [UInt8] = [0x4a, 2, 0x08, 99, 0x4a, 2, 0x08, 2]
    #expect(try decode(Token.self, grants).permissions == [PermissionGrant(.tokensValidate)])
  }

  @Test(
    arguments: [
      ([0x22, 0], WireError(.noneSet, field: "projects")),
      ([0x22, 2, 0x18, 0], WireError(.mustBeTrue, field: "projects.all")),
      ([0x22, 2, 0x12, 0], WireError(.empty, field: "projects.list")),
      ([0x22, 4, 0x12, 2, 0x0a, 0], WireError(.badName, field: "projects.list.projects[0]")),
      ([0x2a, 0], WireError(.badName, field: "environment")),
      ([0x32, 0], WireError(.noneSet, field: "scopes")),
      ([0x32, 2, 0x0a, 0], WireError(.empty, field: "scopes.some")),
      ([0x3a, 0], WireError(.unknownEnum, field: "permissions[0].permission")),
      ([0x3a, 4, 0x08, 1, 0x12, 0], WireError(.empty, field: "permissions[0].kinds")),
      ([0x3a, 4, 0x08, 1, 0x1a, 0], WireError(.empty, field: "permissions[0].projects")),
      ([0x42, 0], WireError(.badName, field: "owner")),
      ([0x58, 0], WireError(.mustBeTrue, field: "never")),
      ([0x6a, 1, 1], WireError(.badTokenID, field: "copy_of")),
    ] as [([UInt8], WireError)])
  func `what an Issue asks for without saying it is refused`(bytes: [UInt8], error: WireError) {
    #expect(throws: error) { try decode(IssueRequest.self, bytes) }
  }

  @Test func `an Update tells what is empty from what is not there`() throws {
    let id = TokenID(high: 1, low: 2)
    let nothing = UpdateRequest(id)
    #expect(try decode(UpdateRequest.self, nothing.encoded) == nothing)
    var emptied = nothing
    emptied.name = ""
    emptied.description = ""
    emptied.ifVersion = 0
    let read = try decode(UpdateRequest.self, emptied.encoded)
    #expect(read == emptied && read != nothing)
  }

  @Test(
    arguments: [
      ([0x0a, 1, 1], WireError(.badTokenID, field: "id")),
      ([0x2a, 0], WireError(.empty, field: "projects")),
      ([0x2a, 2, 0x0a, 0], WireError(.badName, field: "projects.projects[0]")),
      ([0x32, 0], WireError(.noneSet, field: "scopes")),
      ([0x48, 0], WireError(.mustBeTrue, field: "never")),
    ] as [([UInt8], WireError)])
  func `what an Update asks for without saying it is refused`(bytes: [UInt8], error: WireError) {
    #expect(throws: error) { try decode(UpdateRequest.self, bytes) }
  }

  @Test func `an empty list that is told is kept, and is not everything`() throws {
    var token = Token()
    token.projects = .list([])
    token.permissions = [PermissionGrant(.tokensRead, kinds: [], projects: [])]
    #expect(try decode(Token.self, token.encoded) == token)
  }

  @Test func `lists have limits`() {
    let one: [UInt8] = [0x0a, 16] + [UInt8](repeating: 7, count: 16)
    func revoke(_ count: Int) -> [UInt8] {
      var buffer = ByteBuffer()
      buffer.append(field: 1) { list in
        for _ in 0..<count { list.append(one) }
      }
      return buffer.bytes.array
    }
    #expect(throws: Never.self) { try decode(RevokeRequest.self, revoke(Limits.idsPerRevoke)) }
    #expect(throws: WireError(.tooMany, field: "ids.ids")) {
      try decode(RevokeRequest.self, revoke(Limits.idsPerRevoke + 1))
    }
    let grants = [[UInt8]](repeating: [0x3a, 2, 0x08, 1], count: Limits.permissionsPerToken + 1)
    #expect(throws: WireError(.tooMany, field: "permissions")) {
      try decode(IssueRequest.self, grants.flatMap { $0 })
    }
  }

  @Test func `a message that comes again is merged, a member of a oneof replaces another`() throws {
    // Timestamp seconds, then nanos, in two messages.
    let time: [UInt8] = [0x4a, 2, 0x08, 1, 0x4a, 3, 0x10, 0xe8, 0x07]
    #expect(try decode(IssueRequest.self, time).expiry == .at(Timestamp(microseconds: 1_000_001)))
    #expect(try decode(IssueRequest.self, time + [0x58, 1]).expiry == .never)
    let lists: [UInt8] = [0x22, 5, 0x12, 3, 0x0a, 1, 97, 0x22, 5, 0x12, 3, 0x0a, 1, 98]
    #expect(
      try decode(IssueRequest.self, lists).projects
        == .list([ProjectID(unchecked: "a"), ProjectID(unchecked: "b")]))
  }

  @Test func `secrets do not print`() {
    let request = AuthenticateRequest(token: Secret("*:*.hidden"))
    #expect(!"\(request)".contains("hidden"))
    #expect(!String(reflecting: request).contains("hidden"))
    var dumped = ""
    dump(request, to: &dumped)
    #expect(!dumped.contains("hidden"))
  }

  @Test func `every request names its method`() {
    #expect(AuthenticateRequest.method.rawValue == 1)
    #expect(IssueRequest.method.rawValue == 2)
    #expect(ValidateRequest.method.rawValue == 3)
    #expect(ValidateBatchRequest.method.rawValue == 4)
    #expect(RevokeRequest.method.rawValue == 5)
    #expect(ListRequest.method.rawValue == 6)
    #expect(GetRequest.method.rawValue == 7)
    #expect(UpdateRequest.method.rawValue == 8)
    #expect(RegenerateRequest.method.rawValue == 9)
    #expect(ImportRequest.method.rawValue == 11)
    #expect(ListEventsRequest.method.rawValue == 12)
    #expect(WhoAmIRequest.method.rawValue == 13)
    #expect(PurgeRequest.method.rawValue == 14)
    #expect(SnapshotRequest.method.rawValue == 42)
    #expect(BeginBackupRequest.method.rawValue == 43)
    #expect(ReadBackupRequest.method.rawValue == 44)
    #expect(EndBackupRequest.method.rawValue == 45)
    #expect(CreateUserRequest.method.rawValue == 20)
    #expect(UpdateUserRequest.method.rawValue == 21)
    #expect(DeleteUserRequest.method.rawValue == 22)
    #expect(GetUserRequest.method.rawValue == 23)
    #expect(ListUsersRequest.method.rawValue == 24)
    #expect(SetPasswordRequest.method.rawValue == 25)
    #expect(CreateEntryRequest.method.rawValue == 30)
    #expect(UpdateEntryRequest.method.rawValue == 31)
    #expect(DeleteEntryRequest.method.rawValue == 32)
    #expect(GetEntryRequest.method.rawValue == 33)
    #expect(ListEntriesRequest.method.rawValue == 34)
    #expect(HealthRequest.method.rawValue == 40)
  }
}
