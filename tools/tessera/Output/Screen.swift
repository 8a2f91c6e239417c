import TesseraClient

/// What is drawn anew on a terminal, over what was there.
enum Screen {
  /// The lines as they fit the terminal, and how they get there: from the top left on, each to its
  /// end, and nothing of what was below.
  static func frame(_ lines: [String], rows: Int, columns: Int) -> String {
    var shown = lines
    // The last row stays free, since the end of a line in it would scroll.
    let room = max(1, rows - 1)
    if shown.count > room {
      let hidden = shown.count - room + 1
      shown = shown.prefix(room - 1) + ["… and \(hidden) more lines"]
    }
    let drawn = shown.map { line in
      // A line that is cut may have lost the end of its colour.
      let end = line.contains("\u{1b}") ? "\u{1b}[0m" : ""
      return String(line.prefix(columns)) + end + "\u{1b}[K\r\n"
    }
    return "\u{1b}[H" + drawn.joined() + "\u{1b}[J"
  }

  /// An empty screen.
  static let clear = "\u{1b}[H\u{1b}[2J"
}
