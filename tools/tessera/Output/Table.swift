/// Rows under a header, in columns that are as wide as their first rows need.
struct Table {
  private let header: [String]
  private var widths: [Int] = []
  private let usesColour: Bool

  init(_ header: [String], usesColour: Bool = Terminal.usesColour) {
    self.header = header
    self.usesColour = usesColour
  }

  /// The lines for these rows; the first time, with the header before them. Cells are made safe for
  /// a terminal here.
  mutating func lines(_ rows: [[String]]) -> [String] {
    let rows = rows.map { $0.map(Printable.text) }
    var lines: [String] = []
    if widths.isEmpty {
      widths = header.indices.map { column in
        rows.reduce(header[column].count) { max($0, $1[column].count) }
      }
      let line = line(header)
      lines.append(usesColour ? "\u{1b}[1m\(line)\u{1b}[0m" : line)
    }
    return lines + rows.map(line)
  }

  private func line(_ cells: [String]) -> String {
    var line = ""
    for (cell, width) in zip(cells, widths) {
      if !line.isEmpty { line += "  " }
      line += cell + String(repeating: " ", count: max(0, width - cell.count))
    }
    // Nothing trails, so that lines can be compared and copied.
    while line.last == " " { line.removeLast() }
    return line
  }

  /// One thing as lines of its parts, those without a value left out.
  static func facts(_ facts: [(String, String)]) -> [String] {
    let shown = facts.filter { !$0.1.isEmpty }
    let width = shown.map(\.0.count).max() ?? 0
    return shown.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + Printable.text(value)
    }
  }
}
