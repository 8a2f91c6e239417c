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
    return between(nil, FieldTexts(fields))
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
    return zip(old.fields, new.fields).filter { $0.text != $1.text }.map(difference)
  }

  /// Both texts where they fit. Of longer ones what they have in common is left out, so that what
  /// differs shows: of lists the elements on both sides, of other texts how they begin.
  private static func difference(
    _ before: FieldTexts.Field, _ after: FieldTexts.Field
  ) -> FieldChange {
    let fit = max(before.text.utf8.count, after.text.utf8.count) <= Limits.changeTextBytes
    if !fit, let old = before.elements, let new = after.elements {
      let (kept, known) = (Set(new), Set(old))
      let lost = [ellipsis] + old.filter { !kept.contains($0) }
      let gained = [ellipsis] + new.filter { !known.contains($0) }
      // In another order it is another list, and has the same elements.
      if lost.count > 1 || gained.count > 1 {
        return difference(after.name, lost.joined(separator: ", "), gained.joined(separator: ", "))
      }
    }
    return difference(after.name, before.text, after.text)
  }

  private static func difference(
    _ field: String, _ before: String, _ after: String
  ) -> FieldChange {
    guard max(before.utf8.count, after.utf8.count) > Limits.changeTextBytes else {
      return FieldChange(field, before: before, after: after)
    }
    let common = zip(before, after).prefix { $0 == $1 }.count
    // Some characters before the first that differs say where it is.
    let left = common - 20
    guard left > 0 else {
      return FieldChange(field, before: shortened(before), after: shortened(after))
    }
    return FieldChange(
      field, before: shortened(ellipsis + before.dropFirst(left)),
      after: shortened(ellipsis + after.dropFirst(left)))
  }

  private static let ellipsis = "…"

  /// Whole characters of the text, and an ellipsis where there are more than fit.
  static func shortened(_ text: String) -> String {
    guard text.utf8.count > Limits.changeTextBytes else { return text }
    var room = Limits.changeTextBytes - ellipsis.utf8.count
    let kept = text.prefix { character in
      room -= character.utf8.count
      return room >= 0
    }
    return kept + ellipsis
  }
}
