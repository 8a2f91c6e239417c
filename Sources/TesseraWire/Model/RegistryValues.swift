import TesseraBytes
import TesseraModel

// The messages of registry.proto that are read straight into the model's types.

extension ProtoReader {
  /// A RegistryKey. In a response, a member that this version does not know leaves it as it was.
  @_lifetime(self: copy self)
  mutating func registryKey(
    _ tag: FieldTag, _ field: StaticString, into key: inout RegistryKey?
  ) throws(WireError) {
    var read = key
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: read = .project(try reader.name(tag, "project"))
        case 2: read = .environment(try reader.name(tag, "environment"))
        case 3: read = .method(try reader.name(tag, "method"))
        case 4: read = .scopeSet(try reader.name(tag, "scope_set"))
        case 5: read = .role(try reader.name(tag, "role"))
        default: try reader.skip(tag)
        }
      }
    }
    if role == .request, read == nil { throw .of(.noneSet, field) }
    key = read
  }

  /// A RegistryEntry. In a response, one whose type this version does not know leaves it as it was.
  @_lifetime(self: copy self)
  mutating func registryEntry(
    _ tag: FieldTag, _ field: StaticString, into entry: inout RegistryEntry?
  ) throws(WireError) {
    var fields = entry.map(EntryFields.init) ?? EntryFields()
    let read = try inside(tag, field) { reader throws(WireError) in
      try fields.merge(from: &reader)
      return try fields.entry(for: reader.role)
    }
    entry = read ?? entry
  }

  /// One element of a list of entries, likewise left out.
  @_lifetime(self: copy self)
  mutating func append(
    _ tag: FieldTag, _ field: StaticString, to entries: inout [RegistryEntry], atMost limit: Int
  ) throws(WireError) {
    let read = try element(
      tag, field, at: entries.count, atMost: limit
    ) { reader throws(WireError) in
      var fields = EntryFields()
      try fields.merge(from: &reader)
      return try fields.entry(for: reader.role)
    }
    if let read { entries.append(read) }
  }
}

extension ByteBuffer {
  /// A RegistryKey; nil is left out. Its members have the numbers of their types.
  mutating func append(field number: UInt32, registryKey key: RegistryKey?) {
    guard let key else { return }
    append(field: number) { $0.append(field: UInt32(key.type.rawValue), string: key.text) }
  }

  /// A RegistryEntry; nil is left out.
  mutating func append(field number: UInt32, registryEntry entry: RegistryEntry?) {
    guard let entry else { return }
    append(field: number) { EntryFields(entry).append(to: &$0) }
  }

  /// The elements of a repeated RegistryEntry.
  mutating func append(field number: UInt32, registryEntries entries: [RegistryEntry]) {
    for entry in entries { append(field: number, registryEntry: entry) }
  }
}
