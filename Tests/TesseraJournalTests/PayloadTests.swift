import Testing
import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

@testable import TesseraJournal

@Suite struct PayloadTests {
  private func decoded(_ record: TokenRecord) throws -> TokenRecord {
    var buffer = ByteBuffer()
    buffer.append(record)
    var reader = ProtoReader(buffer.bytes)
    return try TokenRecord(reading: &reader)
  }

  private func decoded(_ entry: JournalEntry) throws -> JournalEntry {
    var buffer = ByteBuffer()
    buffer.append(element: entry)
    var batch = ProtoReader(buffer.bytes)
    let tag = try #require(try batch.next())
    var reader = try batch.message(tag, "entries")
    return try JournalEntry(reading: &reader)
  }

  @Test func `every field of a record comes back at its edges`() throws {
    let records = Samples.edgeRecords
    #expect(records.count > 100)
    for record in records { #expect(try decoded(record) == record) }
  }

  @Test func `random records come back`() throws {
    var random = SeededGenerator.announced()
    for _ in 0..<500 {
      let record = Samples.randomRecord(using: &random)
      #expect(try decoded(record) == record)
    }
  }

  @Test func `every mutation comes back at its edges`() throws {
    let revocation = Revocation(at: .latest, by: .offline("init"), reason: "")
    let mutations: [Mutation] = [
      .putToken(Samples.record(1), idempotency: nil),
      .putToken(Samples.record(2), idempotency: Samples.idempotency(0)),
      .revokeTokens([], revocation),
      .revokeTokens(Samples.ids, revocation),
      .revokeTokens((0..<1_000).map { Samples.id($0) }, revocation),
    ]
    for mutation in mutations {
      for (actor, at) in zip(Samples.actors, Samples.times + Samples.times + Samples.times) {
        let entry = JournalEntry(
          revision: Revision(rawValue: .max), at: at, actor: actor, mutation: mutation)
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
    var entry = ByteBuffer()
    entry.append(field: 1, varint: 1)
    entry.append(field: 17) { $0.append(field: 1, varint: 1) }
    #expect(throws: WireError(.unknownField, field: "JournalEntry.17")) {
      var reader = ProtoReader(entry.bytes)
      return try JournalEntry(reading: &reader)
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
  }
}
