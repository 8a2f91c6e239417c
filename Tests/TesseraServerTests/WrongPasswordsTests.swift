import TesseraModel
import Testing

@testable import TesseraServer

@Suite struct WrongPasswordsTests {
  private static let second: Int64 = 1_000_000_000
  private var attempts = WrongPasswords<UserID>()

  /// Wrong passwords, each as soon as it may be; returns the wait after each of them in seconds.
  private mutating func waits(_ count: Int, _ name: UserID, from start: Int64 = 0) -> [Int64] {
    var now = start
    return (0..<count).map { _ in
      attempts.noteWrong(name, now: now)
      let wait = attempts.wait(name, now: now) ?? 0
      now += wait
      return wait / WrongPasswordsTests.second
    }
  }

  @Test
  mutating func `the fifth wrong password in a row makes the next wait, twice as long each time`() {
    #expect(waits(12, "ada") == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60])
    #expect(waits(40, "ada").allSatisfy { $0 == 60 })
  }

  @Test mutating func `a wait ends when it is over and not before`() {
    _ = waits(5, "ada")
    let second = WrongPasswordsTests.second
    #expect(attempts.wait("ada", now: 0) == second)
    #expect(attempts.wait("ada", now: second - 1) == 1)
    #expect(attempts.wait("ada", now: second) == nil)
  }

  @Test mutating func `a right password begins anew`() {
    _ = waits(9, "ada")
    attempts.noteRight("ada")
    #expect(attempts.count == 0)
    #expect(attempts.wait("ada", now: 0) == nil)
    #expect(waits(5, "ada") == [0, 0, 0, 0, 1])
  }

  @Test mutating func `one name's wrong passwords are not another's`() {
    _ = waits(9, "ada")
    #expect(attempts.wait("grace", now: 0) == nil)
  }

  @Test mutating func `the names longest ago are forgotten first`() {
    let most = Limits.namesWithWrongPasswords
    _ = waits(5, "ada")
    for number in 1..<most {
      attempts.noteWrong(UserID(unchecked: "user\(number)"), now: Int64(number))
    }
    #expect(attempts.count == most)
    #expect(attempts.wait("ada", now: 0) != nil)
    // Once more, so that it is not the oldest.
    attempts.noteWrong("ada", now: Int64(most))
    attempts.noteWrong("one-more", now: Int64(most) + 1)
    #expect(attempts.count == most)
    #expect(attempts.wait("ada", now: Int64(most)) != nil)
  }

  @Test func `how long to wait is told in whole milliseconds, rounded up`() {
    #expect(Refusal.passwordTooSoon(1, field: "password").retryAfterMilliseconds == 1)
    #expect(Refusal.passwordTooSoon(1_000_001, field: "password").retryAfterMilliseconds == 2)
    #expect(Refusal.passwordTooSoon(60 * 1_000_000_000, field: "").retryAfterMilliseconds == 60_000)
  }
}
