import Glibc

/// Figures in the order they are to be read: one line for people, or one JSON object.
struct Figures {
  enum Value {
    case count(Int)
    /// A measure and the digits after its point that mean something.
    case measure(Double, decimals: Int)
    case text(String)
  }

  private var all: [(name: String, value: Value)] = []
  /// The line for people.
  var line = ""

  mutating func add(_ name: String, _ value: Int) { all.append((name, .count(value))) }

  mutating func add(_ name: String, _ value: Double, decimals: Int) {
    all.append((name, .measure(value, decimals: decimals)))
  }

  mutating func add(_ name: String, _ text: String) { all.append((name, .text(text))) }

  /// `{"tokens_per_second": 412345, "allowed_percent": 100.0}`
  var json: String {
    let members = all.map { name, value in
      switch value {
      case .count(let count): "\"\(name)\": \(count)"
      case .measure(let value, let decimals):
        // JSON has no infinity.
        "\"\(name)\": \(value.isFinite ? value.text(decimals: decimals) : "null")"
      case .text(let text): "\"\(name)\": \(Figures.quoted(text))"
      }
    }
    return "{" + members.joined(separator: ", ") + "}"
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  func write(as format: ReportOptions.Format) {
    print(format == .json ? json : line)
  }
}

extension Double {
  /// Rounded to so many digits after the point: `12.30`.
  func text(decimals: Int) -> String {
    guard isFinite else { return "-" }
    var scale: Int64 = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (magnitude * Double(scale)).rounded()
    guard scaled < 9e18 else { return description }
    let whole = Int64(scaled)
    let sign = self < 0 && whole != 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(whole / scale).\(zeros)\(fraction)"
  }
}
