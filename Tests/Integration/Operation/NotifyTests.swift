import Glibc
import Testing
import TesseraSystem

/// What the daemon tells whoever supervises it.
@Suite struct NotifyTests {
  private let directory = TemporaryDirectory()

  @Test func `the supervisor is told of readiness, of each reload, and of the stop`() throws {
    let listener = try DatagramListener(directory.file("notify"))
    let daemon = try DaemonProcess.serve(
      directory, environment: ["NOTIFY_SOCKET": listener.name])
    #expect(try listener.next() == "READY=1")
    var last: Int64 = 0
    // A reload that is refused ends as well.
    for certificate in [nil, "no certificate"] {
      if let certificate {
        Files.write(Array(certificate.utf8), to: "\(directory.data)/tls/server.pem")
      }
      daemon.send(SIGHUP)
      let words = try listener.next().split(separator: "\n")
      #expect(words.first == "RELOADING=1")
      let time = words.last?.split(separator: "=").last.flatMap { Int64($0) }
      #expect(words.last?.hasPrefix("MONOTONIC_USEC=") == true)
      let now = SystemClock.monotonicNanoseconds() / 1_000
      #expect(try #require(time) > last && #require(time) <= now)
      last = try #require(time)
      #expect(try listener.next() == "READY=1")
    }
    daemon.send(SIGTERM)
    #expect(try listener.next() == "STOPPING=1")
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `a socket that is in no file system is told as well`() throws {
    let listener = try DatagramListener("@\(directory.path)")
    try NotifySocket(named: listener.name).tell(.ready)
    #expect(try listener.next() == "READY=1")
  }

  @Test func `a socket that is not there is an error with its name, and the daemon serves`() throws
  {
    for (name, code) in [
      (directory.file("nobody"), ENOENT), ("relative", EAFNOSUPPORT),
      ("/" + String(repeating: "x", count: 108), ENAMETOOLONG),
    ] {
      let error = #expect(throws: SystemError.self) {
        try NotifySocket(named: name).tell(.stopping)
      }
      #expect(error?.errno == code && error?.subject == name)
    }
    let daemon = try DaemonProcess.serve(
      directory, environment: ["NOTIFY_SOCKET": directory.file("nobody")])
    #expect(try daemon.waitForLine("could not be told").contains("nobody"))
    daemon.send(SIGTERM)
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `an empty name is as good as none`() throws {
    let daemon = try DaemonProcess.serve(directory, environment: ["NOTIFY_SOCKET": ""])
    daemon.send(SIGTERM)
    #expect(daemon.wait() == .exited(0))
    #expect(!daemon.log().contains("could not be told"))
  }
}
