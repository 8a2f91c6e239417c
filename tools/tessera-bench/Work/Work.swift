import TesseraBytes
import TesseraModel

/// What the generator asks again and again, and what it learns from the answers.
protocol Work {
  /// Tokens that one call is about.
  var tokensPerCall: Int { get }
  /// Whether there is another call to make.
  var hasMore: Bool { get }
  /// Appends a whole request frame.
  mutating func appendRequest(_ call: CallNumber, to outbound: inout ByteBuffer)
  /// How many tokens an answer of OK says yes to.
  mutating func countAllowed(_ payload: borrowing RawSpan) throws -> Int
}

extension Work {
  var hasMore: Bool { true }
}
