import Logging
import Synchronization
import Testing

@testable import TesseraServer

@Suite struct RefusalLogTests {
  /// The lines' metadata, as text.
  private final class Lines: Sendable {
    private let lines = Mutex<[[String: String]]>([])

    func append(_ line: [String: String]) { lines.withLock { $0.append(line) } }
    func takeAll() -> [[String: String]] {
      lines.withLock { lines in
        defer { lines = [] }
        return lines
      }
    }
  }

  private struct Handler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.append((event.metadata ?? [:]).mapValues { "\($0)" })
    }
  }

  @Test func `what was refused is told once a minute, with how much and whose it was`() {
    let lines = Lines()
    let log = RefusalLog(Logger(label: "test", factory: { _ in Handler(lines: lines) }))
    let second: Int64 = 1_000_000_000
    log.report(0)
    #expect(lines.takeAll() == [])
    log.notePassword(of: nil)
    log.report(second)
    #expect(lines.takeAll() == [["passwords": "1", "tokens": "0"]])
    log.notePassword(of: "ada")
    log.notePassword(of: nil)
    for _ in 0..<5 { log.noteToken() }
    log.report(60 * second)
    #expect(lines.takeAll() == [])
    log.report(61 * second)
    #expect(lines.takeAll() == [["passwords": "2", "tokens": "5", "last_user": "ada"]])
    log.report(200 * second)
    #expect(lines.takeAll() == [])
  }
}
