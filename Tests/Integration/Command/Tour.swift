import Foundation

/// The commands of the README's first section, with what it shows that they print.
struct Tour {
  struct Step {
    var command: String
    var shown: [String] = []
  }

  private(set) var steps: [Step] = []

  /// - Parameter headings: what the section begins with, and what comes behind it.
  init(of readme: String, from start: String, to end: String) throws {
    guard let first = readme.range(of: start),
      let last = readme.range(of: end, range: first.upperBound..<readme.endIndex)
    else { throw TestFailure("the README has no '\(start)' before '\(end)'") }
    // A fence without a language is what a terminal shows.
    var isTerminal = false
    var isCode = false
    for line in readme[first.upperBound..<last.lowerBound].split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("```") {
        isTerminal = !isCode && line == "```"
        isCode.toggle()
      } else if isTerminal, line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2))))
      } else if isTerminal {
        guard !steps.isEmpty else { throw TestFailure("no command before: \(line)") }
        steps[steps.count - 1].shown.append(String(line))
      }
    }
  }

  static let readme: URL = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "README.md")
}
