import TesseraModel
import Testing

@testable import TesseraServer

@Suite struct IdempotencyKeyTests {
  /// What is kept on disk must not change with the compiler, or with a name in the source.
  @Test func `a key is told from those of other callers, always in the same form`() {
    let id = TokenID(high: 1, low: 2)
    let actors: [Actor] = [
      .user("ada", through: nil), .user("ada", through: id), .user("bob", through: nil),
      .token(id), .certificate("ada"), .offline("ada"),
    ]
    let since = Timestamp(microseconds: 0)
    let keys = actors.flatMap { actor in
      [nil, since].map { Connection.ownedKey("k", of: actor, since: $0) }
    }
    #expect(Set(keys).count == keys.count)
    #expect(keys[0] == [0x0a, 7, 0x22, 5, 0x0a, 3, 0x61, 0x64, 0x61, 0x1a, 1, 0x6b])
    #expect(
      keys[1] == Array(keys[0].prefix(9)) + [0x12, 20] + Array("1970-01-01T00:00:00Z".utf8)
        + [0x1a, 1, 0x6b])
  }
}
