import Synchronization
import TestTerminal
import TesseraClient
import Testing

@testable import tessera

@Suite struct ConfirmationTests {
  private let unconfirmed = TesseraError.unconfirmed(
    Refusal(.failedPrecondition, "the password is needed", field: "context.password"))

  @Test func `the password is asked for once, and the call made again with it`() async throws {
    let asked = Mutex(0)
    let confirmation = Confirmation {
      asked.withLock { $0 += 1 }
      return Secret("right")
    }
    for _ in 0..<3 {
      var calls: [Secret?] = []
      let answer = try await confirmation.call { password in
        calls.append(password)
        guard password == Secret("right") else { throw unconfirmed }
        return 7
      }
      #expect(answer == 7)
      #expect(calls == [nil, Secret("right")])
    }
    #expect(asked.withLock(\.self) == 1)
  }

  @Test func `calls at a time wait for one answer`() async throws {
    let asked = Mutex(0)
    let confirmation = Confirmation {
      asked.withLock { $0 += 1 }
      return Secret("right")
    }
    let unconfirmed = unconfirmed
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          try await confirmation.call { if $0 == nil { throw unconfirmed } }
        }
      }
      try await group.waitForAll()
    }
    #expect(asked.withLock(\.self) == 1)
  }

  @Test func `a wrong password is not tried again, and nothing is asked that is not needed`()
    async throws
  {
    let confirmation = Confirmation { Secret("wrong") }
    var calls = 0
    await #expect(throws: unconfirmed) {
      try await confirmation.call { _ in
        calls += 1
        throw unconfirmed
      }
    }
    #expect(calls == 2)
    let never = Confirmation {
      Issue.record("nothing is to be asked")
      return Secret("")
    }
    #expect(try await never.call { $0 } == nil)
    await #expect(throws: TesseraError.deadlineExceeded) {
      try await never.call { _ in throw TesseraError.deadlineExceeded }
    }
  }

  @Test func `without a terminal it says what to do`() async throws {
    let unconfirmed = unconfirmed
    for (user, words) in [(nil, "your password is asked for"), (UserID("ada"), "of ada")] {
      let confirmation = Confirmation(
        file: nil, user: user, prompt: Prompt(input: -1, output: -1))
      var failure: CommandFailure?
      do {
        try await confirmation.call { _ in throw unconfirmed }
      } catch { failure = error as? CommandFailure }
      #expect(failure?.status == .denied)
      #expect(failure?.message.contains(words) == true)
      #expect(failure?.message.contains("--password-file FILE") == true)
    }
  }

  @Test func `the password comes from the file, or from the terminal`() async throws {
    let unconfirmed = unconfirmed
    try await withFolder { folder in
      let path = "\(folder)/password"
      try write("from the file\n", to: path)
      let confirmation = Confirmation(file: path, user: nil)
      let password = try await confirmation.call { password in
        if password == nil { throw unconfirmed }
        return password
      }
      #expect(password == Secret("from the file"))
    }
    let terminal = try PseudoTerminal()
    let confirmation = Confirmation(file: nil, user: "ada", prompt: terminal.prompt)
    let person = terminal.person(["Password of ada, to confirm: ": "typed\n"])
    let password = try await confirmation.call { password in
      if password == nil { throw unconfirmed }
      return password
    }
    #expect(password == Secret("typed"))
    #expect(await person.value.echoes == [false])
  }
}
