import ArgumentParser
import TesseraClient

/// A list that is shown again and again: drawn over itself on a terminal; anywhere else one table
/// after another, each behind a line with its time, or one JSON object a time.
struct Watch {
  let format: OutputFormat
  let interval: Duration

  private var draws: Bool { format == .table && Terminal.redraws }

  func begin() { if draws { Terminal.show(frame: Screen.clear) } }

  func show(_ tokens: [Token], at now: Timestamp) {
    guard draws, let size = Terminal.size else {
      lines(tokens, at: now).forEach(Terminal.print)
      return
    }
    Terminal.show(
      frame: Screen.frame(lines(tokens, at: now), rows: size.rows, columns: size.columns))
  }

  /// Words about a time that showed nothing; what was drawn stays.
  func say(_ words: String) { Terminal.say("tessera: \(Printable.text(words))") }

  func lines(_ tokens: [Token], at now: Timestamp) -> [String] {
    switch format {
    case .table:
      var table = Table(Token.columns)
      return [
        "\(now.wholeSeconds.text)  \(tokens.count) shown, every \(interval.components.seconds)s"
      ]
        + table.lines(tokens.map(\.row))
    case .json:
      return [
        JSON.object([
          "at": .string(now.text), "tokens": .array(tokens.map(\.json)),
        ]).text
      ]
    }
  }
}

/// How often a list is shown again.
struct WatchInterval: ExpressibleByArgument, CustomStringConvertible {
  static let usual = WatchInterval(.seconds(2))

  let span: Duration
  /// What was written where that is no span. The parser takes what cannot be read for a flag
  /// without a value, so that it is refused later.
  private var misread: String?

  init(_ span: Duration) { self.span = span }

  init(argument: String) {
    span = DurationText.duration(argument) ?? WatchInterval.usual.span
    misread = DurationText.duration(argument) == nil ? argument : nil
  }

  func check() throws {
    guard let misread else { return }
    throw ValidationError(
      "'\(Printable.text(misread))' is no interval for --watch; write at least 1s, as in 5s or 1m")
  }

  var description: String { "\(span.components.seconds)s" }
}

extension Timestamp {
  fileprivate var wholeSeconds: Timestamp {
    Timestamp(microseconds: microseconds - microseconds % 1_000_000)
  }
}

extension CommandStatus {
  /// Whether the same call may succeed in a moment.
  var mayPass: Bool { self == .unreachable || self == .tryAgain }
}
