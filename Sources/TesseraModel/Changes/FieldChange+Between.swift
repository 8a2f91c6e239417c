/// What an event tells of a change: the fields that differ, by the names they have on the wire,
/// with their texts before and after. Of something new, the fields that say something.
///
/// Digests and values are no fields, and a password shows as its name alone.
extension FieldChange {
  package static func between(_ old: TokenRecord?, _ new: TokenRecord) -> [FieldChange] {
    between(old.map(FieldTexts.init), FieldTexts(new))
  }

  package static func between(_ old: RegistryEntry?, _ new: RegistryEntry) -> [FieldChange] {
    between(old.map(FieldTexts.init), FieldTexts(new))
  }

  package static func between(_ old: UserRecord?, _ new: UserRecord) -> [FieldChange] {
    let changes = between(old.map(FieldTexts.init), FieldTexts(new))
    return old?.password == new.password ? changes : changes + [password]
  }

  /// That there is another password, or none any more.
  package static let password = FieldChange("password")

  /// What is said of every one of several new tokens alike.
  package static func common(to records: [TokenRecord]) -> [FieldChange] {
    common(to: records.map(FieldTexts.init))
  }

  package static func common(to records: [FieldTexts]) -> [FieldChange] {
    guard var fields = records.first?.fields else { return [] }
    for record in records.dropFirst() where !fields.isEmpty {
      fields.removeAll { field in !record.fields.contains { $0 == field } }
    }
    return between(nil, FieldTexts(fields))
  }

  /// How long the value before a regenerated one passes beside it, in seconds: `86400s`, the
  /// fraction only where there is one.
  package static func overlap(_ overlap: Duration) -> FieldChange {
    let (seconds, attoseconds) = overlap.components
    let nanoseconds = String(abs(attoseconds / 1_000_000_000))
    let fraction = String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
    return set("overlap", attoseconds == 0 ? "\(seconds)s" : "\(seconds).\(fraction)s")
  }

  /// How many tokens were revoked with what was removed.
  package static func revoked(_ tokens: Int) -> [FieldChange] {
    tokens == 0 ? [] : [set("revoked_tokens", String(tokens))]
  }

  /// Why tokens were revoked, where that was said.
  package static func reason(_ reason: String) -> [FieldChange] {
    reason.isEmpty ? [] : [set("reason", reason)]
  }

  /// From which token one was copied.
  package static func copy(of source: TokenID) -> FieldChange {
    set("copy_of", source.description)
  }

  /// Before which moment the tokens ended that a Purge removed.
  package static func purged(endedBefore moment: Timestamp) -> FieldChange {
    set("ended_before", moment.text)
  }

  /// A field that has no value before, shortened.
  private static func set(_ field: String, _ text: String) -> FieldChange {
    FieldChange(field, after: shortened(text))
  }

  package static func between(_ old: FieldTexts?, _ new: FieldTexts) -> [FieldChange] {
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
  package static func shortened(_ text: String) -> String {
    guard text.utf8.count > Limits.changeTextBytes else { return text }
    var room = Limits.changeTextBytes - ellipsis.utf8.count
    let kept = text.prefix { character in
      room -= character.utf8.count
      return room >= 0
    }
    return kept + ellipsis
  }
}
