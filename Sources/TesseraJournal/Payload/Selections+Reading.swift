import TesseraBytes
import TesseraModel
import TesseraWire

extension ProjectSelection {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var selection: ProjectSelection?
    while let tag = try reader.next() {
      switch tag.number {
      case 1: selection = .one(try reader.name(tag, "one"))
      case 2: selection = .list(try reader.names(tag, "list"))
      case 3:
        try reader.selector(tag, "all")
        selection = .all
      default: throw unknown(tag, in: "Projects")
      }
    }
    guard let selection else { throw missing("projects.selection") }
    self = selection
  }
}

extension ScopeSelection {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var selection: ScopeSelection?
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        try reader.selector(tag, "all")
        selection = .all
      case 2:
        var list = try reader.message(tag, "some")
        selection = try .list(reading: &list)
      case 3:
        try reader.selector(tag, "kind_default")
        selection = .kindDefault
      default: throw unknown(tag, in: "Scopes")
      }
    }
    guard let selection else { throw missing("scopes.selection") }
    self = selection
  }

  @_lifetime(reader: copy reader)
  private static func list(
    reading reader: inout ProtoReader
  ) throws(WireError) -> ScopeSelection {
    var sets: [ScopeSetName] = []
    var methods: [MethodName] = []
    while let tag = try reader.next() {
      switch tag.number {
      case 1: sets.append(try reader.name(tag, "sets"))
      case 2: methods.append(try reader.name(tag, "methods"))
      default: throw unknown(tag, in: "ScopeList")
      }
    }
    return .some(sets: sets, methods: methods)
  }
}

extension PermissionGrant {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var permission: Permission?
    var kinds: KindSet?
    var projects: [ProjectID]?
    var environments: [EnvironmentID]?
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        permission = Permission(rawValue: UInt8(clamping: try reader.uint64(tag, "permission")))
      case 2:
        let bits = try reader.uint64(tag, "kinds")
        guard let known = UInt8(exactly: bits), known & ~KindSet.all.rawValue == 0 else {
          throw WireError(.unknownEnum, field: "kinds")
        }
        kinds = KindSet(rawValue: known)
      case 3: projects = try reader.names(tag, "projects")
      case 4: environments = try reader.names(tag, "environments")
      default: throw unknown(tag, in: "PermissionGrant")
      }
    }
    guard let permission else { throw WireError(.unknownEnum, field: "permission") }
    self.init(permission, kinds: kinds, projects: projects, environments: environments)
  }
}
