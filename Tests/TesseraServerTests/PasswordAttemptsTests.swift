import TesseraEngine
import TesseraModel
import TesseraWire
import Testing

@testable import TesseraServer

@Suite struct PasswordAttemptsTests {
  private let fixture: Fixture

  init() throws {
    fixture = try Fixture()
    fixture.put(["ada"], password: .nobodys)
  }

  private func check(_ actor: Actor?) throws -> PasswordCheck {
    let session = try #require(fixture.engine.signIn("ada")?.session)
    return PasswordCheck(
      user: "ada", password: Secret("wrong"), field: "password",
      confirmation: actor.map { Confirmations.Key(actor: $0, session: session) })
  }

  @Test func `each caller has a streak of their own, and strangers one by name`() throws {
    let checks = [
      try check(nil), try check(.user("ada", through: nil)),
      try check(.user("ada", through: TokenID(high: 1, low: 1))),
    ]
    for wrong in checks.indices {
      var attempts = PasswordAttempts()
      for _ in 0..<Limits.wrongPasswordsAtOnce {
        attempts.note(checks[wrong], isRight: false, now: 0)
      }
      for index in checks.indices {
        #expect((attempts.wait(checks[index], now: 0) != nil) == (index == wrong))
        if index != wrong { attempts.note(checks[index], isRight: true, now: 0) }
      }
      #expect(attempts.wait(checks[wrong], now: 0) != nil, "nobody else's right one ends it")
      attempts.note(checks[wrong], isRight: true, now: 0)
      #expect(attempts.wait(checks[wrong], now: 0) == nil)
    }
  }
}
