import TesseraClient

/// How a new value is shown, once: the value on standard output, the rest beside it.
struct ValueOutput {
  let format: OutputFormat
  /// What was done: `Issued`.
  let verb: String

  func show(_ issued: IssuedToken) {
    let token = issued.token
    switch format {
    case .json:
      Terminal.print(
        JSON.object([
          "value": .text(issued.value?.text), "token": token.json,
          "warnings": .array(issued.warnings.map(JSON.string)),
          "replayed": .bool(issued.isReplay), "revision": .number(issued.revision.rawValue),
        ]).text)
    case .table:
      if let value = issued.value { Terminal.print(value.text) }
    }
    for line in remarks(issued) { Terminal.say(line) }
  }

  func remarks(_ issued: IssuedToken) -> [String] {
    let token = issued.token
    let id = token.id?.description ?? "?"
    var lines: [String] = []
    if issued.isReplay {
      lines.append("\(id) was issued with this key before; its value is not shown again.")
    } else {
      let end = token.expiresAt.map { "expires \(DateText.text($0))" } ?? "never expires"
      lines.append("\(verb) \(id), \(token.kind?.name ?? "?"), which \(end).")
      if let end = token.previousValidUntil {
        lines.append("The value before it passes until \(DateText.text(end)).")
      }
      lines.append("Save the value now: it is not kept and cannot be shown again.")
    }
    return lines + issued.warnings.map { "Warning: \(Printable.text($0))" }
  }
}
