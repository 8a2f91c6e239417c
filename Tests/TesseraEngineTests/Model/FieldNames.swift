import TesseraModel

/// The names that fields have on the wire, of those that an update changed.
extension TokenRecord {
  func fields(otherThan old: TokenRecord) -> [String] {
    [
      name == old.name ? nil : "name",
      description == old.description ? nil : "description",
      projects == old.projects ? nil : "projects",
      scopes == old.scopes ? nil : "scopes",
      expiresAt == old.expiresAt ? nil : "expires_at",
    ].compactMap { $0 }
  }
}

extension UserRecord {
  func fields(otherThan old: UserRecord) -> [String] {
    [
      name == old.name ? nil : "name",
      isAdmin == old.isAdmin ? nil : "admin",
      isDisabled == old.isDisabled ? nil : "disabled",
      grants == old.grants ? nil : "grants",
      roles == old.roles ? nil : "roles",
    ].compactMap { $0 }
  }
}

extension RegistryEntry {
  func fields(otherThan old: RegistryEntry) -> [String] {
    switch (self, old) {
    case (.project(let new), .project(let old)):
      new.description == old.description ? [] : ["description"]
    case (.environment(let new), .environment(let old)):
      new.description == old.description ? [] : ["description"]
    case (.method(let new), .method(let old)):
      (new.description == old.description ? [] : ["description"])
        + (new.link == old.link ? [] : ["link"])
    case (.scopeSet(let new), .scopeSet(let old)):
      (new.description == old.description ? [] : ["description"])
        + (new.methods == old.methods ? [] : ["methods"])
    case (.role(let new), .role(let old)):
      (new.description == old.description ? [] : ["description"])
        + (new.grants == old.grants ? [] : ["grants"])
    default: []
    }
  }
}

extension Event {
  /// With the names of the fields alone, sorted, and those of updates alone.
  var withoutWords: Event {
    var event = self
    switch kind {
    case .tokenUpdated, .entryUpdated, .userUpdated:
      event.changes = changes.map(\.field).sorted().map { FieldChange($0) }
    default: event.changes = []
    }
    return event
  }
}
