/// What must never be, and was: with the seed that brings it back.
package struct Violation: Error, CustomStringConvertible {
  package var seed: UInt64
  package var what: String
  /// The last steps before it.
  package var trace: [String]

  package var description: String {
    """
    violation, seed \(seed): \(what)
    \(trace.map { "  \($0)" }.joined(separator: "\n"))
    """
  }
}

/// The same, before it is known which run it was of.
struct Finding: Error {
  var what: String
  init(_ what: String) { self.what = what }
}
