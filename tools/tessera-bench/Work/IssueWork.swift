import TesseraBytes
import TesseraModel
import TesseraWire

/// Issue: CLIENT tokens of the project `default`, each with a name of 24 bytes.
struct IssueWork: Work {
  /// How many are still to be asked for; nil for no end.
  private var remaining: Int?
  private let keepsValues: Bool
  private var number: UInt64 = 0
  /// The values that were issued, one a line, where they are kept.
  private(set) var values: [UInt8] = []

  init(count: Int?, keepsValues: Bool) {
    remaining = count
    self.keepsValues = keepsValues
  }

  var tokensPerCall: Int { 1 }
  var hasMore: Bool { remaining != 0 }

  mutating func appendRequest(_ call: CallNumber, to outbound: inout ByteBuffer) {
    remaining = remaining.map { $0 - 1 }
    number += 1
    var request = IssueRequest(.client, name: BenchName.text(number))
    request.projects = .one(ProjectID("default"))
    request.environment = EnvironmentID("development")
    request.expiry = .never
    outbound.appendFrame(.request(.issue, call: call), request)
  }

  mutating func countAllowed(_ payload: borrowing RawSpan) throws -> Int {
    guard let value = try IssueResponse(decoding: payload).value else { return 0 }
    if keepsValues {
      values += value.bytes
      values.append(0x0a)
    }
    return 1
  }
}

/// Names as long as people choose them.
enum BenchName {
  static let byteCount = 24

  /// `benchmark-` and the number in 14 digits.
  static func text(_ number: UInt64) -> String {
    let digits = String(number)
    return "benchmark-" + String(repeating: "0", count: max(0, 14 - digits.count)) + digits
  }
}
