import Logging
import Synchronization
import TesseraModel
import TesseraTLS

/// Tells the log of a server's certificate that clients refuse, or soon will: at the start, when it
/// was read again, and once a day.
final class CertificateWatch: Sendable {
  /// What is shown, and how its operator has another shown.
  struct Shown: Sendable {
    var file: String
    var certificates: [CertificateValidity]
    var isForDevelopment = false
  }

  private let shown: Mutex<Shown>
  private let logger: Logger

  init(_ shown: Shown, logger: Logger) {
    self.shown = Mutex(shown)
    self.logger = logger
  }

  /// Looks at what is shown from now on.
  func adopt(_ shown: Shown) {
    self.shown.withLock { $0 = shown }
    look(at: .now)
  }

  func look(at now: Timestamp) {
    let shown = shown.withLock { $0 }
    for certificate in shown.certificates {
      guard let trouble = certificate.trouble(at: now) else { continue }
      let name = certificate.commonName.map { "'\($0)'" } ?? "without a name"
      logger.log(
        level: trouble.level,
        "\(shown.file): the certificate \(name) \(trouble.words). \(shown.remedy)")
    }
  }

  /// Looks again after each pause, until one is cut short.
  func look(after pause: () async throws -> Void) async {
    while (try? await pause()) != nil { look(at: .now) }
  }
}

extension CertificateWatch.Shown {
  fileprivate var remedy: String {
    isForDevelopment
      ? "Remove it and start again, and another is made"
      : "Put a new one in its place, and send SIGHUP"
  }
}

extension CertificateValidity {
  /// Enough to have another signed, and not so early that the warning becomes a habit: what lives
  /// for days is renewed when a third of them is left.
  private var secondsOfWarning: Int64 { min(14 * 86_400, (lastSecond - firstSecond) / 3) }

  /// Why it is not good for long, and how bad that is; nil where it is.
  func trouble(at now: Timestamp) -> (level: Logger.Level, words: String)? {
    let end = CertificateValidity.text(lastSecond)
    let second = now.seconds
    if second > lastSecond { return (.error, "expired at \(end), and clients refuse it") }
    if second < firstSecond {
      let start = CertificateValidity.text(firstSecond)
      return (
        .error, "is not valid before \(start), and clients refuse it: or is this clock wrong?"
      )
    }
    guard lastSecond - second < secondsOfWarning else { return nil }
    return (.warning, "expires at \(end), and then clients refuse it")
  }

  private static func text(_ second: Int64) -> String {
    Timestamp(microseconds: second * 1_000_000).text
  }
}

extension Timestamp {
  fileprivate var seconds: Int64 { microseconds / 1_000_000 }
}
