import TesseraBytes
import TesseraModel

/// The fields of a RegistryEntry, which come in any order: what they make is known when all are
/// read.
struct EntryFields {
  var key: RegistryKey?
  var description = ""
  /// METHOD only.
  var link = ""
  /// SCOPE_SET only.
  var methods: [MethodName] = []
  /// ROLE only.
  var grants: [Grant] = []
  var version: UInt32 = 0

  init() {}

  init(_ entry: RegistryEntry) {
    key = entry.key
    version = entry.version
    switch entry {
    case .project(let project): description = project.description
    case .environment(let environment): description = environment.description
    case .method(let method):
      description = method.description
      link = method.link
    case .scopeSet(let set):
      description = set.description
      methods = set.methods
    case .role(let role):
      description = role.description
      grants = role.grants
    }
  }

  /// The entry. In a request, a key that is not set and a field that entries of its type do not
  /// have are refused; in a response, the one is nil and the other not looked at.
  func entry(for role: MessageRole) throws(WireError) -> RegistryEntry? {
    if role == .request { try check() }
    return switch key {
    case .project(let id): .project(.init(id, description: description, version: version))
    case .environment(let id): .environment(.init(id, description: description, version: version))
    case .method(let name):
      .method(.init(name, description: description, link: link, version: version))
    case .scopeSet(let name):
      .scopeSet(.init(name, description: description, methods: methods, version: version))
    case .role(let name):
      .role(.init(name, description: description, grants: grants, version: version))
    case nil: nil
    }
  }

  private func check() throws(WireError) {
    guard let type = key?.type else { throw .of(.noneSet, "key") }
    if type != .method, !link.isEmpty { throw .of(.notOfType, "link") }
    if type != .scopeSet, !methods.isEmpty { throw .of(.notOfType, "methods") }
    if type != .role, !grants.isEmpty { throw .of(.notOfType, "grants") }
  }

  @_lifetime(reader: copy reader)
  mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.registryKey(tag, "key", into: &key)
      case 2: description = try reader.string(tag, "description")
      case 3: link = try reader.string(tag, "link")
      case 4: try reader.append(tag, "methods", to: &methods, atMost: Limits.methodsPerSet)
      case 5: try reader.append(tag, "grants", to: &grants)
      case 6: version = try reader.uint32(tag, "version")
      default: try reader.skip(tag)
      }
    }
  }

  func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, registryKey: key)
    buffer.append(field: 2, string: description)
    buffer.append(field: 3, string: link)
    buffer.append(field: 4, names: methods)
    buffer.append(field: 5, grants: grants)
    buffer.append(field: 6, varint: UInt64(version))
  }
}
