import TesseraBytes
import TesseraModel
import TesseraWire

extension RegistryEntry {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var entry: RegistryEntry?
    while let tag = try reader.next() {
      guard let type = RegistryType(rawValue: UInt8(clamping: tag.number)) else {
        throw unknown(tag, in: "RegistryEntry")
      }
      var message = try reader.message(tag, "entry")
      entry = try RegistryEntry(type, reading: &message)
    }
    guard let entry else { throw missing("registry_entry.entry") }
    self = entry
  }

  /// Reads the message of one type: all begin with the same three fields.
  @_lifetime(reader: copy reader)
  private init(_ type: RegistryType, reading reader: inout ProtoReader) throws(WireError) {
    var name: String?
    var description = ""
    var version: UInt32 = 0
    var link = ""
    var methods: [MethodName] = []
    var grants: [Grant] = []
    while let tag = try reader.next() {
      switch (tag.number, type) {
      case (1, _): name = try reader.string(tag, "name")
      case (2, _): description = try reader.string(tag, "description")
      case (3, _): version = try reader.uint32(tag, "version")
      case (4, .method): link = try reader.string(tag, "link")
      case (4, .scopeSet): methods.append(try reader.name(tag, "methods"))
      case (4, .role):
        var message = try reader.message(tag, "grants")
        grants.append(try Grant(reading: &message))
      default: throw unknown(tag, in: "RegistryEntry.entry")
      }
    }
    guard let name else { throw missing("registry_entry.name") }
    switch RegistryKey(type, unchecked: name) {
    case .project(let id):
      self = .project(Project(id, description: description, version: version))
    case .environment(let id):
      self = .environment(Environment(id, description: description, version: version))
    case .method(let name):
      self = .method(ProductMethod(name, description: description, link: link, version: version))
    case .scopeSet(let name):
      self = .scopeSet(
        ScopeSet(name, description: description, methods: methods, version: version))
    case .role(let name):
      self = .role(Role(name, description: description, grants: grants, version: version))
    }
  }
}

extension RegistryKey {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var type: RegistryType?
    var name: String?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: type = RegistryType(rawValue: UInt8(clamping: try reader.uint64(tag, "type")))
      case 2: name = try reader.string(tag, "name")
      default: throw unknown(tag, in: "RegistryKey")
      }
    }
    guard let type else { throw WireError(.unknownEnum, field: "type") }
    guard let name else { throw missing("registry_key.name") }
    // As it was written: its name was checked before it became part of a change.
    self.init(type, unchecked: name)
  }
}
