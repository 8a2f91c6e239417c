import TesseraModel

/// What an event tells of a change: the fields that differ, by the names they have on the wire,
/// with their texts before and after. Of something new, the fields that say something.
///
/// Digests and values are no fields, and a password shows as its name alone.
extension FieldChange {
  static func between(_ old: TokenRecord?, _ new: TokenRecord) -> [FieldChange] {
    between(old.map(FieldTexts.init), FieldTexts(new))
  }

  static func between(_ old: RegistryEntry?, _ new: RegistryEntry) -> [FieldChange] {
    between(old.map(FieldTexts.init), FieldTexts(new))
  }

  static func between(_ old: UserRecord?, _ new: UserRecord) -> [FieldChange] {
    let changes = between(old.map(FieldTexts.init), FieldTexts(new))
    return old?.password == new.password ? changes : changes + [FieldChange("password")]
  }

  /// What is said of every one of several new tokens alike.
  static func common(to records: [TokenRecord]) -> [FieldChange] {
    guard let first = records.first else { return [] }
    var fields = FieldTexts(first).fields
    for record in records.dropFirst() where !fields.isEmpty {
      let others = FieldTexts(record).fields
      fields.removeAll { field in !others.contains { $0 == field } }
    }
    return between(nil, FieldTexts(fields: fields))
  }

  /// A field that has no value before, shortened.
  static func set(_ field: String, _ text: String) -> FieldChange {
    FieldChange(field, after: shortened(text))
  }

  private static func between(_ old: FieldTexts?, _ new: FieldTexts) -> [FieldChange] {
    guard let old else {
      return new.fields.filter { $0.text != $0.unsaid }.map { set($0.name, $0.text) }
    }
    // Both have the same fields in the same order: which they are depends on the type alone.
    return zip(old.fields, new.fields).filter { $0.text != $1.text }.map { before, after in
      FieldChange(
        after.name, before: shortened(before.text), after: shortened(after.text))
    }
  }

  /// Whole characters of the text, and an ellipsis where there are more than fit.
  static func shortened(_ text: String) -> String {
    guard text.utf8.count > Limits.changeTextBytes else { return text }
    let ellipsis = "…"
    var room = Limits.changeTextBytes - ellipsis.utf8.count
    let kept = text.prefix { character in
      room -= character.utf8.count
      return room >= 0
    }
    return kept + ellipsis
  }
}
