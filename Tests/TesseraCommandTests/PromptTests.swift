import Glibc
import TestTerminal
import TesseraClient
import Testing

@testable import tessera

@Suite struct PromptTests {
  private let elsewhere = Prompt(input: -1, output: -1)

  @Test func `a password is not shown while it is typed, and the terminal is as it was after`()
    async throws
  {
    let terminal = try PseudoTerminal()
    #expect(terminal.echoes)
    let person = terminal.person(["Password: ": "hush hush\n"])
    #expect(terminal.prompt.askSecretly("Password: ") == Secret("hush hush"))
    #expect(await person.value == PseudoTerminal.Seen(text: "Password: ", echoes: [false]))
    #expect(terminal.shown(until: "\n") == "\r\n")
    #expect(terminal.echoes)
  }

  @Test func `Ctrl-C at a password leaves the terminal as it was`() async throws {
    // What the prompt raises, when the terminal is as it was, would end the tests.
    let before = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, before) }
    let terminal = try PseudoTerminal()
    let person = terminal.person(["Password: ": "hu\u{3}"])
    #expect(terminal.prompt.askSecretly("Password: ") == nil)
    #expect(await person.value.echoes == [false])
    #expect(terminal.echoes)
  }

  @Test(arguments: ["\n", "\u{4}"])
  func `no password is none`(_ typed: String) async throws {
    let terminal = try PseudoTerminal()
    let person = terminal.person(["Password: ": typed])
    #expect(terminal.prompt.askSecretly("Password: ") == nil)
    _ = await person.value
    #expect(terminal.echoes)
  }

  @Test(arguments: [("y", true), ("YES", true), ("", false), ("no", false), ("x", false)])
  func `yes is yes, and anything else is not`(_ typed: String, _ isYes: Bool) async throws {
    let terminal = try PseudoTerminal()
    let person = terminal.person(["[y/N] ": typed + "\n"])
    #expect(terminal.prompt.confirms("Revoke 2 tokens for good?") == isYes)
    #expect(await person.value.text == "Revoke 2 tokens for good? [y/N] ")
  }

  @Test(arguments: [("long enough", true), ("long enoguh", false)])
  func `a new password is typed twice`(_ again: String, _ isTaken: Bool) async throws {
    let terminal = try PseudoTerminal()
    let person = terminal.person([
      "New password: ": "long enough\n", "The same again: ": again + "\n",
    ])
    let password = try? NewPassword.read(nil, prompt: terminal.prompt)
    #expect(password == (isTaken ? Secret("long enough") : nil))
    #expect(await person.value.echoes == [false, false])
  }

  @Test func `a password that is too short is refused before it is typed again`() async throws {
    let terminal = try PseudoTerminal()
    let person = terminal.person(["New password: ": "short\n"])
    #expect(throws: CommandFailure.self) {
      _ = try NewPassword.read(nil, prompt: terminal.prompt)
    }
    _ = await person.value
  }

  @Test func `ending more than one is refused without --yes where nobody can be asked`() throws {
    let assent = try AssentOptions.parse([])
    #expect(throws: (any Error).self) {
      try assent.requireSomebodyToAsk("revoking 2 tokens", prompt: elsewhere)
    }
    // One token, or none, is ended without a question.
    for count in [0, 1] { try Doomed(count: count).ask("user ada", assent, prompt: elsewhere) }
    for count in [2, nil] {
      #expect(throws: (any Error).self) {
        try Doomed(count: count).ask("user ada", assent, prompt: elsewhere)
      }
    }
    let yes = try AssentOptions.parse(["--yes"])
    try yes.requireSomebodyToAsk("revoking 2 tokens", prompt: elsewhere)
    try yes.ask("Revoke 2 tokens", prompt: elsewhere)
    try Doomed(count: 3).ask("user ada", yes, prompt: elsewhere)
  }

  @Test(arguments: [("y\n", true), ("n\n", false)])
  func `ending more than one is asked about on a terminal`(_ typed: String, _ isYes: Bool)
    async throws
  {
    let terminal = try PseudoTerminal()
    let assent = try AssentOptions.parse([])
    let person = terminal.person(["[y/N] ": typed])
    var failure: CommandFailure?
    do {
      try Doomed(count: 3).ask("user ada", assent, prompt: terminal.prompt)
    } catch { failure = error as? CommandFailure }
    #expect(failure == (isYes ? nil : CommandFailure(.no, "nothing was changed")))
    #expect(
      await person.value.text
        == "Delete user ada, and revoke 3 tokens with it, for good? [y/N] ")
  }
}
