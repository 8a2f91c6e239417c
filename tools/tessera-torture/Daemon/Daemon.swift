import Glibc
import Synchronization
import TesseraClient
import TesseraSystem

/// `tesserad serve`, as a process of its own.
final class Daemon: Sendable {
  let data: String
  private let process: ChildProcess
  private let log: DaemonLog

  /// Starts it in development mode, and waits for nothing.
  init(_ program: String, data: String, _ settings: [String: String]) throws {
    var ends: [CInt] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw SystemError("pipe", errno: errno) }
    let readEnd = Descriptor(owning: ends[0])
    let writeEnd = Descriptor(owning: ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    self.data = data
    process = try ChildProcess(
      program, ["serve", "--dev", "--data", data, "--listen", "127.0.0.1:0"],
      environment: settings, standardError: writeEnd.number)
    log = DaemonLog()
    try log.read(readEnd.release())
  }

  /// Where it listens, once it is ready.
  func address() async throws -> String {
    guard let line = await log.line(containing: "ready on ") else {
      throw TortureFailure.wrong("the daemon does not start: \(log.text)")
    }
    return String(line.split(separator: " ").last ?? "")
  }

  /// Kills it, whatever it is doing. Once: its number is another's from then on.
  func kill() {
    process.send(SIGKILL)
    _ = process.wait()
  }

  /// Stops it in order.
  func stop() throws {
    process.send(SIGTERM)
    let end = process.wait()
    guard end == .exited(0) else {
      throw TortureFailure.wrong("the daemon ended with \(end): \(log.text)")
    }
  }

  func count(ofLines part: String) -> Int { log.count(of: part) }

  /// What calls it as its root token's holder. A call is tried once: who asks wants to know.
  func client(_ address: String, connections: Int = 1) throws -> TesseraClient {
    var configuration = TesseraClient.Configuration(
      address: address, trustedCertificates: .file("\(data)/tls/ca.pem"),
      credential: .tokenFile("\(data)/root.token"))
    configuration.connections = connections
    configuration.attempts = 1
    configuration.timeout = .seconds(60)
    return try TesseraClient(configuration)
  }
}

/// What a daemon writes to its standard error, read by a thread of its own.
private final class DaemonLog: Sendable {
  private struct State {
    var lines: [String] = []
    var hasEnded = false
    var wanted: (part: String, waiter: CheckedContinuation<String?, Never>)?
  }

  private let state = Mutex(State())

  var text: String { state.withLock { $0.lines.suffix(20).joined(separator: "\n") } }

  func count(of part: String) -> Int {
    state.withLock { $0.lines.count { $0.contains(part) } }
  }

  /// The first line that holds `part`; nil where the daemon ends without it. One may wait at a
  /// time.
  func line(containing part: String) async -> String? {
    await withCheckedContinuation { waiter in
      state.withLock {
        $0.wanted = (part, waiter)
        Self.answer(&$0)
      }
    }
  }

  private static func answer(_ state: inout State) {
    guard let (part, waiter) = state.wanted else { return }
    let line = state.lines.first { $0.contains(part) }
    guard line != nil || state.hasEnded else { return }
    state.wanted = nil
    waiter.resume(returning: line)
  }

  func read(_ number: CInt) throws(SystemError) {
    _ = try Thread(name: "daemon-log") { [self] in
      let end = Descriptor(owning: number)
      var block = [UInt8](repeating: 0, count: 4096)
      var rest: [UInt8] = []
      while true {
        let count = unsafe Glibc.read(end.number, &block, block.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        rest += block[..<count]
        let parts = rest.split(separator: 0x0a, omittingEmptySubsequences: false)
        let lines = parts.dropLast().map { String(decoding: $0, as: UTF8.self) }
        rest = Array(parts.last ?? [])
        state.withLock {
          $0.lines += lines
          Self.answer(&$0)
        }
      }
      state.withLock {
        $0.hasEnded = true
        Self.answer(&$0)
      }
    }
  }
}
