import TesseraEngine
import TesseraModel
import TesseraWire
import Testing

@testable import TesseraServer

@Suite struct ConfirmationsTests {
  private static let minute: Int64 = 60_000_000_000
  private let fixture: Fixture
  private var confirmations = Confirmations()

  init() throws {
    fixture = try Fixture()
    fixture.put(["ada", "grace"], password: .nobodys)
  }

  private func key(_ user: UserID, through token: TokenID? = nil) throws -> Confirmations.Key {
    let session = try #require(fixture.engine.signIn(user)?.session)
    return Confirmations.Key(actor: .user(user, through: token), session: session)
  }

  @Test mutating func `a confirmation holds for five minutes`() throws {
    let ada = try key("ada")
    #expect(!confirmations.holds(ada, now: 0))
    confirmations.note(ada, now: 0)
    #expect(confirmations.holds(ada, now: 5 * ConfirmationsTests.minute - 1))
    #expect(!confirmations.holds(ada, now: 5 * ConfirmationsTests.minute))
    confirmations.note(ada, now: 5 * ConfirmationsTests.minute)
    #expect(confirmations.holds(ada, now: 9 * ConfirmationsTests.minute))
  }

  @Test mutating func `it is of one user, and of one caller`() throws {
    confirmations.note(try key("ada"), now: 0)
    #expect(!confirmations.holds(try key("grace"), now: 0))
    #expect(!confirmations.holds(try key("ada", through: TokenID(high: 1, low: 1)), now: 0))
  }

  @Test mutating func `another password ends it, and so does another user of the same name`() throws
  {
    let before = try key("ada")
    confirmations.note(before, now: 0)
    fixture.put(["ada"], password: try .make(of: Secret("another one")))
    #expect(!confirmations.holds(try key("ada"), now: 0))
    confirmations.note(try key("ada"), now: 0)
    let revocation = Revocation(at: Fixture.now, by: .offline("test"), reason: "")
    fixture.engine.apply([
      JournalEntry(
        revision: fixture.engine.revision.next, at: Fixture.now, actor: .offline("test"),
        kind: .userRemoved, mutation: .removeUser("ada", revocation))
    ])
    fixture.put(["ada"], password: .nobodys)
    #expect(!confirmations.holds(try key("ada"), now: 0))
  }

  @Test mutating func `no more are remembered than the limit, and the oldest go`() throws {
    let most = Limits.confirmationsPerConnection
    let keys = try (0...most).map { try key("ada", through: TokenID(high: 2, low: UInt64($0))) }
    for (index, key) in keys.enumerated() { confirmations.note(key, now: Int64(index)) }
    #expect(confirmations.count == most)
    #expect(!confirmations.holds(keys[0], now: Int64(most)))
    #expect(confirmations.holds(keys[1], now: Int64(most)))
    #expect(confirmations.holds(keys[most], now: Int64(most)))
  }

  @Test mutating func `those that are over make room first`() throws {
    let most = Limits.confirmationsPerConnection
    let keys = try (0..<most).map { try key("ada", through: TokenID(high: 2, low: UInt64($0))) }
    for key in keys { confirmations.note(key, now: 0) }
    confirmations.note(try key("grace"), now: 5 * ConfirmationsTests.minute)
    #expect(confirmations.count == 1)
  }
}
