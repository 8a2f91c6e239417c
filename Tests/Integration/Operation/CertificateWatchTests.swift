import Glibc
import Logging
import Synchronization
import Testing
import TesseraModel
import TesseraTLS

@testable import tesserad

/// A certificate that nobody accepts, or soon nobody will, is not served without a word.
@Suite final class CertificateWatchTests {
  private let directory = TemporaryDirectory()
  private let signer = CertificateAuthority(commonName: "the test's authority")

  /// Puts a certificate in place that is valid between these moments, counted from now.
  private func place(from start: Int = -3600, to end: Int) {
    var request = CertificateAuthority.Request(
      commonName: "authority.internal", purpose: .server,
      alternativeNames: ["DNS:localhost", "IP:127.0.0.1"])
    request.startSeconds = start
    request.validSeconds = end
    let made = signer.issue(request)
    Files.write(signer.certificatePEM, to: directory.file("ca.pem"))
    Files.write(made.certificate, to: directory.file("server.pem"))
    Files.write(made.privateKey, to: directory.file("server.key"))
  }

  private func serve() throws -> DaemonProcess {
    let made = try DaemonProcess([
      "init", "--data", directory.data, "--root-token-file", directory.file("root"),
    ])
    #expect(made.wait() == .exited(0))
    let daemon = try DaemonProcess([
      "serve", "--data", directory.data, "--listen", "127.0.0.1:0",
      "--certificate", directory.file("server.pem"), "--key", directory.file("server.key"),
    ])
    _ = try daemon.address()
    return daemon
  }

  @Test func `the log tells of a certificate that has expired, at the start and when read again`()
    throws
  {
    place(to: -60)
    let daemon = try serve()
    let said = try daemon.waitForLine("expired at ")
    #expect(said.contains(" error ") && said.contains(directory.file("server.pem")), "\(said)")
    #expect(said.contains("'authority.internal'") && said.contains("SIGHUP"), "\(said)")

    place(from: -60 * 86_400, to: 13 * 86_400)
    daemon.send(SIGHUP)
    #expect(try daemon.waitForLine("expires at ").contains(" warning "))
    place(from: 3600, to: 90 * 86_400)
    daemon.send(SIGHUP)
    #expect(try daemon.waitForLine("is not valid before ").contains(" error "))
    place(from: -60 * 86_400, to: 15 * 86_400)
    daemon.send(SIGHUP)
    _ = try daemon.waitForLine("were read again", count: 3)
    daemon.send(SIGTERM)
    #expect(daemon.wait() == .exited(0))
    #expect(daemon.log().split(separator: "\n").count { $0.contains("clients refuse it") } == 3)
  }

  @Test func `each day it is told again, of every certificate in the chain, until it is replaced`()
    async
  {
    let lines = LogLines()
    let now = Timestamp.now.microseconds / 1_000_000
    let good = CertificateValidity(commonName: "good", firstSecond: 0, lastSecond: now + 9_999_999)
    let late = CertificateValidity(commonName: nil, firstSecond: 0, lastSecond: now - 1)
    let watch = CertificateWatch(
      CertificateWatch.Shown(file: "server.pem", certificates: [good, late]),
      logger: Logger(label: "test", factory: { _ in lines }))
    var days = 0
    await watch.look {
      days += 1
      #expect(lines.taken.count == min(days, 3) - 1)
      if days == 3 { watch.adopt(CertificateWatch.Shown(file: "server.pem", certificates: [good])) }
      if days == 5 { throw CancellationError() }
    }
    #expect(days == 5)
    #expect(lines.taken.count == 2 && lines.taken.allSatisfy { $0.hasPrefix("error server.pem: ") })
  }

  @Test func `the last second and the days before it are told from those that are past`() {
    let certificate = CertificateValidity(
      commonName: nil, firstSecond: 1_000, lastSecond: 100_000_000)
    let soon = 14 * 86_400
    for (second, level) in [
      (999, Logger.Level.error), (1_000, nil), (100_000_000 - soon, nil),
      (100_000_001 - soon, .warning), (100_000_000, .warning), (100_000_001, .error),
    ] {
      let trouble = certificate.trouble(at: Timestamp(microseconds: Int64(second) * 1_000_000))
      #expect(trouble?.level == level, "\(second)")
      if second != 999, level != nil {
        #expect(trouble?.words.contains("1973-03-03T09:46:40Z") == true)
      }
    }
  }

  @Test(arguments: [(days: 6, hours: 48), (41, 328), (42, 336), (43, 336)])
  func `a certificate for a short time is warned of in its last third`(days: Int, hours: Int) {
    let last = Int64(days) * 86_400
    let certificate = CertificateValidity(commonName: nil, firstSecond: 0, lastSecond: last)
    let start = last - Int64(hours) * 3_600
    for (second, level) in [(start, nil), (start + 1, Logger.Level.warning), (last, .warning)] {
      let trouble = certificate.trouble(at: Timestamp(microseconds: second * 1_000_000))
      #expect(trouble?.level == level, "\(second)")
    }
  }
}

/// Keeps what is logged.
private final class LogLines: LogHandler {
  private let lines = Mutex<[String]>([])

  var taken: [String] { lines.withLock { $0 } }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    lines.withLock { $0.append("\(event.level) \(event.message)") }
  }
}
