import TesseraClient

extension FieldChange {
  /// `name: 'a' → 'b'`; of a secret, the field alone.
  var line: String {
    before.isEmpty && after.isEmpty ? field : "\(field): '\(before)' → '\(after)'"
  }
}

extension ChangeEvent: Listed {
  static let columns = ["REVISION", "AT", "ACTOR", "KIND", "SUBJECT", "CHANGES"]

  /// What was changed; of many tokens, the first and how many more.
  var subject: String {
    if let entry { return "\(entry.type.noun)=\(entry.text)" }
    if let user { return "user=\(user)" }
    guard let first = tokens.first else { return "-" }
    return tokenCount > 1 ? "\(first) and \(tokenCount - 1) more" : first.description
  }

  var row: [String] {
    [
      String(revision.rawValue), at.map(DateText.text) ?? "?", actor?.text ?? "?",
      kind?.name ?? "UNKNOWN", subject,
      changes.isEmpty ? "-" : changes.map(\.line).joined(separator: "; "),
    ]
  }

  var json: JSON {
    .object([
      "revision": .number(revision.rawValue), "at": .text(at.map(DateText.text)),
      "actor": .text(actor?.text), "kind": .string(kind?.name ?? "UNKNOWN"),
      "tokens": tokens.isEmpty ? nil : .array(tokens.map { .string($0.description) }),
      "token_count": tokenCount == 0 ? nil : .number(UInt64(tokenCount)),
      "entry": entry.map { .string("\($0.type.noun)=\($0.text)") }, "user": .text(user?.text),
      "changes": .array(
        changes.map { change in
          .object([
            "field": .string(change.field), "before": .string(change.before),
            "after": .string(change.after),
          ])
        }),
    ])
  }
}
