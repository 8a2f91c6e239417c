import SimulatedMachine
import Testing
import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

@testable import TesseraJournal

@Suite struct PayloadTests {
  /// What is read of what was written.
  private func decoded<Value>(
    _ write: (inout ByteBuffer) -> Void,
    _ read: (inout ProtoReader) throws(WireError) -> Value
  ) throws -> Value {
    var buffer = ByteBuffer()
    write(&buffer)
    var reader = ProtoReader(buffer.bytes)
    return try read(&reader)
  }

  private func decoded(_ record: TokenRecord) throws -> TokenRecord {
    try decoded({ $0.append(record) }) { reader throws(WireError) in
      try TokenRecord(reading: &reader)
    }
  }

  private func decoded(_ entry: JournalEntry) throws -> JournalEntry {
    var buffer = ByteBuffer()
    buffer.append(element: entry)
    var batch = ProtoReader(buffer.bytes)
    let tag = try #require(try batch.next())
    var reader = try batch.message(tag, "entries")
    return try JournalEntry(reading: &reader)
  }

  private func decoded(_ entry: RegistryEntry) throws -> RegistryEntry {
    try decoded({ $0.append(entry) }) { reader throws(WireError) in
      try RegistryEntry(reading: &reader)
    }
  }

  private func decoded(_ user: UserRecord) throws -> UserRecord {
    try decoded({ $0.append(user) }) { reader throws(WireError) in
      try UserRecord(reading: &reader)
    }
  }

  private func decoded(_ event: Event) throws -> Event {
    try decoded({ $0.append(event) }) { reader throws(WireError) in try Event(reading: &reader) }
  }

  @Test func `every field of a record comes back at its edges`() throws {
    let records = Samples.edgeRecords
    #expect(records.count > 100)
    for record in records { #expect(try decoded(record) == record) }
  }

  @Test func `every field of an entry of the registry comes back at its edges`() throws {
    let entries = Samples.edgeEntries
    #expect(Set(entries.map(\.key.type)) == Set(RegistryType.allCases))
    #expect(entries.count > 70)
    for entry in entries { #expect(try decoded(entry) == entry) }
  }

  @Test func `every field of a user comes back at its edges`() throws {
    let users = Samples.edgeUsers
    #expect(users.count > 50)
    for user in users { #expect(try decoded(user) == user) }
  }

  @Test func `every field of an event comes back at its edges`() throws {
    let events = Samples.edgeEvents
    #expect(events.count > 80)
    for event in events { #expect(try decoded(event) == event) }
  }

  @Test func `random records come back`() throws {
    var random = SeededGenerator.announced()
    for _ in 0..<500 {
      let record = Samples.randomRecord(using: &random)
      #expect(try decoded(record) == record)
      let entry = Samples.randomEntry(using: &random)
      #expect(try decoded(entry) == entry)
      #expect(try decoded(Event(entry)) == Event(entry))
    }
  }

  @Test func `every mutation comes back at its edges`() throws {
    let revocation = Revocation(at: .latest, by: .offline("init"), reason: "")
    var mutations: [Mutation] = [
      .putToken(Samples.record(1), idempotency: nil),
      .putToken(Samples.record(2), idempotency: Samples.idempotency(0)),
      .putTokens([]), .putTokens((0..<20).map { Samples.record($0) }),
      .revokeTokens([], revocation),
      .revokeTokens(Samples.ids, revocation),
      .revokeTokens((0..<1_000).map { Samples.id($0) }, revocation),
      .removeTokens([]), .removeTokens(Samples.ids),
      .removeUser("u", revocation), .removeUser(UserID(unchecked: ""), revocation),
      .putUser(Samples.edgeUsers[0]),
    ]
    mutations += Samples.keys.map { .removeEntry($0, revocation) }
    mutations += Samples.edgeEntries.prefix(30).map { .putEntry($0) }
    for mutation in mutations {
      for index in Samples.actors.indices {
        let entry = JournalEntry(
          revision: Revision(rawValue: .max), at: Samples.times[index % Samples.times.count],
          actor: Samples.actors[index],
          kind: EventKind.allCases[index % EventKind.allCases.count],
          changes: Samples.fieldChanges[index % Samples.fieldChanges.count], mutation: mutation)
        #expect(try decoded(entry) == entry)
      }
    }
  }

  @Test func `an unknown field is refused wherever it stands`() throws {
    var record = ByteBuffer()
    record.append(Samples.record(1))
    record.append(field: 99, varint: 1)
    #expect(throws: WireError(.unknownField, field: "TokenRecord.99")) {
      var reader = ProtoReader(record.bytes)
      return try TokenRecord(reading: &reader)
    }
    #expect(throws: WireError(.unknownField, field: "JournalEntry.17")) {
      try decoded({
        $0.append(field: 1, varint: 1)
        $0.append(field: 17) { $0.append(field: 1, varint: 1) }
      }) { reader throws(WireError) in try JournalEntry(reading: &reader) }
    }
    #expect(throws: WireError(.unknownField, field: "UserRecord.99")) {
      try decoded({
        $0.append(Samples.user(1))
        $0.append(field: 99, varint: 1)
      }) { reader throws(WireError) in try UserRecord(reading: &reader) }
    }
    #expect(throws: WireError(.unknownField, field: "Event.99")) {
      try decoded({
        $0.append(Samples.edgeEvents[0])
        $0.append(field: 99, varint: 1)
      }) { reader throws(WireError) in try Event(reading: &reader) }
    }
  }

  @Test func `a field of another type of entry is refused`() throws {
    // The message of a method, whose link is field 4, under the number of each other type.
    for type in RegistryType.allCases where type != .method {
      #expect(throws: WireError.self) {
        try decoded({
          $0.append(field: UInt32(type.rawValue)) {
            $0.append(field: 1, string: "a")
            $0.append(field: type.hasList ? 5 : 4, string: "https://example.org")
          }
        }) { reader throws(WireError) in try RegistryEntry(reading: &reader) }
      }
    }
    #expect(throws: WireError(.unknownField, field: "RegistryEntry.6")) {
      try decoded({ $0.append(field: 6) { $0.append(field: 1, string: "a") } }) {
        reader throws(WireError) in try RegistryEntry(reading: &reader)
      }
    }
  }

  @Test func `a number beyond its type is refused`() throws {
    for field in UInt32(3)...5 {
      #expect(throws: WireError.self) {
        try decoded({ $0.append(field: field, varint: 256) }) { reader throws(WireError) in
          try PasswordHash(reading: &reader)
        }
      }
    }
    for number in [0, 14, 256, UInt64.max] {
      #expect(throws: WireError(.unknownEnum, field: "kind")) {
        try decoded({
          $0.append(field: 2, time: .latest)
          $0.append(field: 3) { $0.append(field: 2, string: "ops") }
          $0.append(field: 4, varint: number)
          $0.append(.removeTokens([]))
        }) { reader throws(WireError) in try JournalEntry(reading: &reader) }
      }
    }
  }

  @Test func `what a message cannot be without is asked for by name`() throws {
    func expectMissing<Value>(
      _ field: String, _ read: (inout ProtoReader) throws(WireError) -> Value
    ) {
      #expect(throws: WireError(.missing, field: field)) { _ = try decoded({ _ in }, read) }
    }
    expectMissing("registry_entry.entry") { reader throws(WireError) in
      try RegistryEntry(reading: &reader)
    }
    expectMissing("user.id") { reader throws(WireError) in try UserRecord(reading: &reader) }
    expectMissing("event.at") { reader throws(WireError) in try Event(reading: &reader) }
    expectMissing("grant.place") { reader throws(WireError) in try Grant(reading: &reader) }
    expectMissing("scopes.selection") { reader throws(WireError) in
      try ScopeSelection(reading: &reader)
    }
  }

  @Test func `a record cut short anywhere is never another record`() throws {
    var whole = ByteBuffer()
    let record = Samples.edgeRecords[40]
    whole.append(record)
    for count in 0..<whole.count {
      let part = ByteBuffer(copying: whole.bytes.extracting(0..<count))
      var reader = ProtoReader(part.bytes)
      if let read = try? TokenRecord(reading: &reader) { #expect(read != record) }
    }
    var wholeUser = ByteBuffer()
    let user = Samples.user(1)
    wholeUser.append(user)
    for count in 0..<wholeUser.count {
      let part = ByteBuffer(copying: wholeUser.bytes.extracting(0..<count))
      var reader = ProtoReader(part.bytes)
      if let read = try? UserRecord(reading: &reader) { #expect(read != user) }
    }
  }
}

extension RegistryType {
  /// Whether field 4 of its message is a list.
  fileprivate var hasList: Bool { self == .scopeSet || self == .role }
}
