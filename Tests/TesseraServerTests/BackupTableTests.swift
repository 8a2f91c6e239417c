import TesseraJournal
import TesseraModel
import Testing

@testable import TesseraServer

@Suite struct BackupTableTests {
  private struct Source: BackupSource {
    let byte: UInt8

    func read(file: Int, at offset: Int, upTo count: Int) throws(JournalError) -> [UInt8]? {
      [byte]
    }
  }

  private static let minute: Int64 = 60_000_000_000
  private let table = BackupTable()

  @Test func `a backup ends a minute after it was last read`() throws {
    let id = try #require(table.begin(Source(byte: 1), now: 0))
    #expect(table.source(of: id, now: Self.minute - 1) != nil)
    #expect(table.source(of: id, now: 2 * Self.minute - 2) != nil)
    #expect(table.source(of: id, now: 3 * Self.minute) == nil)
    #expect(!table.end(id))
  }

  @Test func `there are two at most, and each is read by its own name`() throws {
    let first = try #require(table.begin(Source(byte: 1), now: 0))
    let second = try #require(table.begin(Source(byte: 2), now: 0))
    #expect(!table.hasRoom(1))
    #expect(table.begin(Source(byte: 3), now: 1) == nil)
    let source = try #require(table.source(of: second, now: 1))
    #expect(try source.read(file: 0, at: 0, upTo: 1) == [2])
    #expect(table.end(first))
    #expect(table.hasRoom(1))
    // One that nobody reads makes room by itself.
    #expect(table.begin(Source(byte: 3), now: 1) != nil)
    #expect(table.begin(Source(byte: 4), now: 1 + Self.minute) != nil)
  }
}
