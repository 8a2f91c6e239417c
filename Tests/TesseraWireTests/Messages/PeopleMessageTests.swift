import TesseraBytes
import TesseraModel
import TesseraWire
import Testing

/// The rules of the messages for users, the registry, imports and events.
@Suite struct PeopleMessageTests {
  func decode<Message: WireMessage>(
    _ type: Message.Type = Message.self, _ bytes: [UInt8]
  ) throws(WireError) -> Message {
    unsafe try Message(decoding: bytes.span.bytes)
  }

  @Test(
    arguments: [
      ([0x7a, 2, 0x0a, 0], WireError(.badName, field: "context.act_as")),
      ([0x7a, 3, 0x0a, 1, 0x20], WireError(.badName, field: "context.act_as")),
      ([0x7a, 3, 0x12, 1, 0xff], WireError(.notUTF8, field: "context.password")),
    ] as [([UInt8], WireError)])
  func `a call is never made for somebody else than it names`(bytes: [UInt8], error: WireError) {
    #expect(throws: error) { try decode(WhoAmIRequest.self, bytes) }
    #expect(throws: error) { try decode(IssueRequest.self, bytes) }
    #expect(throws: error) { try decode(SetPasswordRequest.self, bytes) }
  }

  @Test func `a context that says nothing is nobody's`() throws {
    let request = try decode(WhoAmIRequest.self, [0x7a, 0])
    #expect(request.context == CallContext())
    #expect(try decode(WhoAmIRequest.self, []).context == nil)
  }

  @Test(
    arguments: [
      ([0x0a, 1, 0x2f], WireError(.badName, field: "id")),
      ([0x2a, 0], WireError(.noneSet, field: "grants[0].place")),
      ([0x2a, 2, 0x0a, 0], WireError(.badName, field: "grants[0].project")),
      ([0x2a, 2, 0x10, 0], WireError(.mustBeTrue, field: "grants[0].all_projects")),
      ([0x2a, 2, 0x18, 0], WireError(.mustBeTrue, field: "grants[0].global")),
      ([0x2a, 4, 0x18, 1, 0x22, 0], WireError(.noneSet, field: "grants[0].scopes")),
      ([0x2a, 4, 0x18, 1, 0x38, 99], WireError(.unknownEnum, field: "grants[0].permissions")),
      ([0x2a, 4, 0x18, 1, 0x38, 0], WireError(.unknownEnum, field: "grants[0].permissions")),
      ([0x32, 0], WireError(.badTitle, field: "roles[0]")),
      ([0x32, 1, 0x7f], WireError(.badTitle, field: "roles[0]")),
      ([0x32, 1, 0xff], WireError(.notUTF8, field: "roles[0]")),
      ([0x3a, 1, 0xff], WireError(.notUTF8, field: "password")),
    ] as [([UInt8], WireError)])
  func `what a CreateUser asks for without saying it is refused`(
    bytes: [UInt8], error: WireError
  ) {
    #expect(throws: error) { try decode(CreateUserRequest.self, bytes) }
  }

  @Test func `an UpdateUser tells what is taken away from what is not there`() throws {
    let nothing = UpdateUserRequest("u")
    #expect(try decode(UpdateUserRequest.self, nothing.encoded) == nothing)
    var taken = nothing
    taken.ifVersion = 0
    taken.name = ""
    taken.isAdmin = false
    taken.isDisabled = false
    taken.grants = []
    taken.roles = []
    let read = try decode(UpdateUserRequest.self, taken.encoded)
    #expect(read == taken && read != nothing)
  }

  @Test func `an empty password is none`() throws {
    #expect(try decode(SetPasswordRequest.self, [0x12, 0]).password == nil)
    #expect(SetPasswordRequest("u", password: nil).encoded == [0x0a, 1, 0x75])
  }

  @Test(
    arguments: [
      ([0x0a, 0], WireError(.noneSet, field: "entry.key")),
      ([0x0a, 2, 0x0a, 0], WireError(.noneSet, field: "entry.key")),
      ([0x0a, 4, 0x0a, 2, 0x0a, 0], WireError(.badName, field: "entry.key.project")),
      ([0x0a, 5, 0x0a, 3, 0x1a, 1, 0x20], WireError(.badName, field: "entry.key.method")),
      ([0x0a, 5, 0x0a, 3, 0x22, 1, 0x0a], WireError(.badTitle, field: "entry.key.scope_set")),
      ([0x0a, 4, 0x0a, 2, 0x2a, 0], WireError(.badTitle, field: "entry.key.role")),
      ([0x0a, 2, 0x22, 0], WireError(.badName, field: "entry.methods[0]")),
      // A project with a link, a role with methods, a scope set with grants.
      (
        [0x0a, 8, 0x0a, 3, 0x0a, 1, 0x70, 0x1a, 1, 0x6c],
        WireError(.notOfType, field: "entry.link")
      ),
      (
        [0x0a, 8, 0x0a, 3, 0x2a, 1, 0x72, 0x22, 1, 0x6d],
        WireError(.notOfType, field: "entry.methods")
      ),
      (
        [0x0a, 9, 0x0a, 3, 0x22, 1, 0x73, 0x2a, 2, 0x18, 1],
        WireError(.notOfType, field: "entry.grants")
      ),
    ] as [([UInt8], WireError)])
  func `an entry that is none of a type is refused`(bytes: [UInt8], error: WireError) {
    #expect(throws: error) { try decode(CreateEntryRequest.self, bytes) }
    #expect(throws: error) { try decode(UpdateEntryRequest.self, bytes) }
  }

  @Test func `an entry's key may come after its other fields`() throws {
    let set: [UInt8] = [0x22, 1, 0x6d, 0x0a, 3, 0x22, 1, 0x73]
    let read = try decode(CreateEntryRequest.self, [0x0a, UInt8(set.count)] + set)
    #expect(read.entry == .scopeSet(.init("s", methods: ["m"], version: 0)))
  }

  @Test func `names that people read hold spaces, and a grant each permission once`() throws {
    var role = RegistryEntry.Role("Büro Süd")
    role.grants = [Grant(.global, permissions: [.usersWrite, .usersRead])]
    let request = CreateEntryRequest(.role(role))
    #expect(try decode(CreateEntryRequest.self, request.encoded) == request)
    let twice: [UInt8] = [0x2a, 8, 0x18, 1, 0x38, 7, 0x3a, 2, 8, 7]
    #expect(
      try decode(CreateUserRequest.self, twice).grants
        == [Grant(.global, permissions: [.usersRead, .usersWrite])])
  }

  @Test(
    arguments: [
      ([0x12, 0], WireError(.badDigest, field: "tokens[0].sha256")),
      ([0x32, 0], WireError(.badName, field: "tokens[0].owner")),
      ([0x3a, 0], WireError(.noneSet, field: "tokens[0].projects")),
      ([0x42, 0], WireError(.badName, field: "tokens[0].environment")),
      ([0x18, 99], WireError(.unknownEnum, field: "tokens[0].kind")),
      ([0x62, 1], WireError(.truncated, field: "tokens[0].created_at")),
    ] as [([UInt8], WireError)])
  func `an import names the token at fault`(bytes: [UInt8], error: WireError) {
    let request = [0x0a, UInt8(bytes.count)] + bytes
    #expect(throws: error) { try decode(ImportRequest.self, request) }
  }

  @Test func `an outcome whose number is no status is not taken for OK`() throws {
    #expect(try decode(ImportOutcome.self, [0x08, 99]).status == .unknown)
    #expect(try decode(ImportOutcome.self, [0x08, 0x80, 0x80, 0x04]).status == .unknown)
    #expect(try decode(ImportOutcome.self, [0x08, 6]).status == .alreadyExists)
  }

  @Test func `lists have limits`() {
    func expectLimit<Message: WireMessage>(
      _ type: Message.Type, _ element: [UInt8], _ limit: Int, _ field: String
    ) {
      let full = [[UInt8]](repeating: element, count: limit).flatMap { $0 }
      #expect(throws: Never.self) { try decode(Message.self, full) }
      #expect(throws: WireError(.tooMany, field: field)) {
        try decode(Message.self, full + element)
      }
    }
    expectLimit(ImportRequest.self, [0x0a, 0], Limits.tokensPerImport, "tokens")
    expectLimit(ImportResponse.self, [0x0a, 0], Limits.tokensPerImport, "outcomes")
    expectLimit(CreateUserRequest.self, [0x2a, 2, 0x18, 1], Limits.grantsPerHolder, "grants")
    expectLimit(CreateUserRequest.self, [0x32, 1, 0x72], Limits.rolesPerUser, "roles")
    expectLimit(User.self, [0x2a, 2, 0x18, 1], Limits.grantsPerHolder, "grants")
    expectLimit(ChangeEvent.self, [0x4a, 0], Limits.changesPerEvent, "changes")
    let id: [UInt8] = [0x2a, 16] + [UInt8](repeating: 1, count: 16)
    expectLimit(ChangeEvent.self, id, Limits.tokensPerEvent, "tokens")
    expectLimit(ListEventsResponse.self, [0x0a, 0], Limits.pageSize, "events")
    expectLimit(ListUsersResponse.self, [0x0a, 0], Limits.pageSize, "users")
    expectLimit(
      ListEntriesResponse.self, [0x0a, 5, 0x0a, 3, 0x0a, 1, 0x70], Limits.pageSize, "entries")
    var set = RegistryEntry.ScopeSet("s")
    set.methods = Array(repeating: "m", count: Limits.methodsPerSet)
    let full = CreateEntryRequest(.scopeSet(set))
    #expect(throws: Never.self) { try decode(CreateEntryRequest.self, full.encoded) }
    set.methods.append("m")
    let over = CreateEntryRequest(.scopeSet(set))
    #expect(throws: WireError(.tooMany, field: "entry.methods")) {
      try decode(CreateEntryRequest.self, over.encoded)
    }
  }

  @Test func `an event of very many tokens names the first and counts them all`() {
    let ids = (0..<UInt64(Limits.tokensPerEvent) * 3).map { TokenID(high: 1, low: $0) }
    let event = ChangeEvent(
      Event(
        revision: .zero, at: Timestamp(microseconds: 0), actor: .offline("init"),
        kind: .tokenImported, subject: .tokens(ids)))
    #expect(event.tokens == Array(ids.prefix(Limits.tokensPerEvent)))
    #expect(event.tokenCount == UInt32(ids.count))
  }

  @Test func `an older client reads on where it does not know what it is told`() throws {
    // An event of another kind, done by another kind of actor, to another type of entry.
    let event: [UInt8] = [0x08, 5, 0x1a, 2, 0x48, 1, 0x20, 99, 0x3a, 3, 0x4a, 1, 0x78]
    let read = try decode(ChangeEvent.self, event)
    #expect(read.revision == Revision(rawValue: 5))
    #expect(read.kind == nil && read.actor == nil && read.entry == nil)
    // An entry of another type, then a project; a grant for another place, then one for all.
    let entries: [UInt8] = [0x0a, 5, 0x0a, 3, 0x4a, 1, 0x78, 0x0a, 5, 0x0a, 3, 0x0a, 1, 0x70]
    #expect(
      try decode(ListEntriesResponse.self, entries).entries == [.project(.init("p", version: 0))])
    let grants: [UInt8] = [0x2a, 2, 0x48, 1, 0x2a, 2, 0x10, 1]
    #expect(try decode(User.self, grants).grants == [Grant(.allProjects)])
  }

  @Test func `passwords do not print`() {
    var request = CreateUserRequest("u")
    request.password = Secret("hidden")
    request.context = CallContext(password: Secret("hidden"))
    var printed = "\(request) \(String(reflecting: request))"
    dump(request, to: &printed)
    dump(ImportedToken(.admin, .value(Secret("hidden"))), to: &printed)
    dump(SetPasswordRequest("u", password: Secret("hidden")), to: &printed)
    #expect(!printed.contains("hidden"))
  }
}
