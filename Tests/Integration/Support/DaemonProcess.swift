import Foundation
import Glibc
import Synchronization
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// The real `tesserad`, as a process. What it says is read as it says it; nothing here sleeps.
final class DaemonProcess {
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// Beside the tests' own program.
  static let program: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("tesserad")
      .path
  }()

  private let process = Process()
  private let output: DaemonOutput

  /// Starts it, and does not wait for anything.
  ///
  /// - Parameters:
  ///   - folder: its working directory; nil for this process's.
  ///   - openFiles: how many files it may have open; nil for as many as this process may.
  ///   - saysAll: whether `log` has its standard output too.
  init(
    _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil,
    openFiles: Int? = nil, saysAll: Bool = false
  ) throws {
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    if let openFiles {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments =
        ["-c", "ulimit -n \(openFiles); exec \"$@\"", "sh", DaemonProcess.program] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: DaemonProcess.program)
      process.arguments = arguments
    }
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    output = try DaemonOutput()
    let starting = process
    let ends = try DaemonProcess.spawning.withLock { _ in
      let ends = try DaemonOutput.makePipe()
      let end = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
      starting.standardError = end
      if saysAll { starting.standardOutput = end }
      try starting.run()
      return ends
    }
    // Without this end here, the other says when the process has ended.
    try Descriptor(owning: ends[1]).close()
    try output.read(Descriptor(owning: ends[0]))
  }

  /// One process is started at a time, so that none inherits what is another's.
  private static let spawning = Mutex(())

  deinit {
    if process.isRunning {
      send(SIGKILL)
      process.waitUntilExit()
    }
  }

  /// Serves in development mode from `directory`, and waits until it is ready.
  static func serve(
    _ directory: TemporaryDirectory, _ arguments: [String] = [],
    environment: [String: String] = [:], openFiles: Int? = nil
  ) throws -> DaemonProcess {
    let daemon = try DaemonProcess(
      ["serve", "--dev", "--data", directory.data, "--listen", "127.0.0.1:0"] + arguments,
      environment: environment, openFiles: openFiles)
    _ = try daemon.address()
    return daemon
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  var identifier: Int32 { process.processIdentifier }

  func wait() -> End {
    process.waitUntilExit()
    return process.terminationReason == .exit
      ? .exited(process.terminationStatus) : .signalled(process.terminationStatus)
  }

  /// Everything it has said so far; all, once `wait` has returned.
  func log() -> String { process.isRunning ? output.text : output.whole() }

  func waitForLine(_ part: String, count: Int = 1) throws -> Substring {
    try output.waitForLine(part, count: count)
  }

  /// Where it listens, once it is ready.
  func address() throws -> SocketAddress {
    let line = try waitForLine("ready on ")
    guard let text = line.split(separator: " ").last,
      let address = try Endpoint(String(text)).resolve().first
    else { throw TestFailure("no address in: \(line)") }
    return address
  }

  /// A connection to it, which trusts the certificate in `authority`.
  func connect(trusting authority: String) throws -> TestClient {
    let context = try TLSContext(client: TLSContext.ClientOptions(authority: .file(authority)))
    let client = try TestClient(address(), context)
    try client.shakeHands()
    return client
  }

  func admin(_ directory: TemporaryDirectory) throws -> TestClient {
    let client = try connect(trusting: "\(directory.data)/tls/ca.pem")
    let value = Secret((Files.text("\(directory.data)/root.token") ?? "").filter { $0 != "\n" })
    _ = try client.call(AuthenticateRequest(token: value))
    return client
  }

  /// How many files it has open.
  var openFiles: Int { Files.names(in: "/proc/\(identifier)/fd").count }
}

/// What a process writes to its standard error, read by a thread of its own.
private final class DaemonOutput: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var hasEnded = false
  }

  private let state = Mutex(State())
  private let arrived: EventFlag

  init() throws { arrived = try EventFlag() }

  /// The end to read from, and the end to write to.
  static func makePipe() throws -> [Int32] {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw SystemError("pipe", errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  func read(_ end: consuming Descriptor) throws {
    let number = end.release()
    _ = try Thread(name: "daemon-output") { [self] in
      let end = Descriptor(owning: number)
      var block = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = unsafe Glibc.read(end.number, &block, block.count)
        if count < 0, errno == EINTR { continue }
        state.withLock {
          if count > 0 { $0.bytes += block[..<count] } else { $0.hasEnded = true }
        }
        arrived.raise()
        if count <= 0 { return }
      }
    }
  }

  var text: String { String(decoding: state.withLock { $0.bytes }, as: UTF8.self) }

  func whole() -> String {
    while true {
      arrived.lower()
      if state.withLock({ $0.hasEnded }) { return text }
      arrived.wait()
    }
  }

  /// Gives up after a minute: what has not been said by then will not be.
  func waitForLine(_ part: String, count: Int) throws -> Substring {
    let limit = ContinuousClock.now + .seconds(60)
    while true {
      arrived.lower()
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      let found = lines.filter { $0.contains(part) }
      if found.count >= count { return found[count - 1] }
      if state.withLock({ $0.hasEnded }) { throw TestFailure("it ended and said: \(text)") }
      guard ContinuousClock.now < limit else {
        throw TestFailure("it did not say '\(part)' within a minute, but: \(text)")
      }
      arrived.wait(timeoutMilliseconds: 1_000)
    }
  }
}
