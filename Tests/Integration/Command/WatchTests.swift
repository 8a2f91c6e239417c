import Glibc
import TestTerminal
import Testing

/// `tessera token list --watch`, at a terminal, until somebody interrupts it.
@Suite struct WatchTests {
  @Test func `a watched list is shown again with what is new, until it is interrupted`() throws {
    let place = try Workplace()
    let terminal = try PseudoTerminal()
    terminal.resize(rows: 24, columns: 200)
    let watching = try place.start(
      ["token", "list", "--watch", "1s"], input: .terminal(terminal), showsData: true)
    let first = terminal.shown(until: "\u{1b}[J")
    #expect(first.contains("  1 shown, every 1s"), "\(first)")
    #expect(!first.contains("late"))
    try place.must(
      "token", "issue", "SERVICE", "--name", "late", "--permission", "tokens.read", "--expires",
      "1d")
    #expect(terminal.shown(until: "late").hasSuffix("late"))
    _ = terminal.shown(until: "\u{1b}[J")
    // Drawn over what was there.
    let next = terminal.shown(until: "\u{1b}[J")
    #expect(next.hasPrefix("\u{1b}[H") && next.contains("late"), "\(next)")
    watching.send(SIGINT)
    let ended = try watching.wait()
    #expect(ended.code == 0, "\(ended.words)")
    #expect(terminal.echoes)
  }

  @Test func `in JSON, each time is one line`() throws {
    let place = try Workplace()
    let terminal = try PseudoTerminal()
    let watching = try place.start(
      ["token", "list", "--watch", "1s", "-o", "json"], input: .terminal(terminal),
      showsData: true)
    for _ in 0..<2 {
      let line = terminal.shown(until: "\n")
      #expect(line.hasPrefix("{\"at\":\"") && line.hasSuffix("]}\r\n"), "\(line)")
    }
    watching.send(SIGINT)
    #expect(try watching.wait().code == 0)
  }

  @Test func `an authority that goes away while it is watched is waited for`() throws {
    let place = try Workplace()
    let terminal = try PseudoTerminal()
    let watching = try place.start(
      ["token", "list", "--watch", "1s"], input: .terminal(terminal), showsData: true)
    #expect(terminal.shown(until: " 1 shown, every 1s").hasSuffix("shown, every 1s"))
    place.stopDaemon()
    #expect(terminal.shown(until: "cannot be reached").hasSuffix("cannot be reached"))
    // It asked once more.
    #expect(terminal.shown(until: "cannot be reached").hasSuffix("cannot be reached"))
    watching.send(SIGINT)
    #expect(try watching.wait().code == 0)
  }

  @Test func `an authority that never answered is not waited for`() throws {
    let place = try Workplace()
    place.stopDaemon()
    let ended = try place.tessera("token", "list", "--watch")
    #expect(ended.code == EX_UNAVAILABLE && ended.data.isEmpty)
    #expect(ended.words.contains("TESSERA_ADDRESS"), "\(ended.words)")
  }
}
