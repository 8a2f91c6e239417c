import Glibc
import Testing

extension DaemonProcess {
  /// That the daemon ends with this code and says why.
  static func expectFailure(
    _ arguments: [String], _ code: Int32, saying parts: [String], hiding secret: String? = nil,
    environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let daemon = try DaemonProcess(arguments, environment: environment)
    if (try? daemon.waitForLine("ready on ")) != nil {
      daemon.send(SIGKILL)
      Issue.record("it serves", sourceLocation: sourceLocation)
    }
    #expect(daemon.wait() == .exited(code), sourceLocation: sourceLocation)
    let log = daemon.log()
    for part in parts {
      #expect(log.contains(part), "\(log)", sourceLocation: sourceLocation)
    }
    if let secret { #expect(!log.contains(secret), sourceLocation: sourceLocation) }
    #expect(!log.contains("Fatal error"), sourceLocation: sourceLocation)
  }
}
