import TesseraBytes
import TesseraModel

// What users may do: the messages that are read straight into `Grant`.

extension ProtoReader {
  /// One element of a list of a user's or a role's grants. In a response, one for a place that this
  /// version does not know is left out.
  @_lifetime(self: copy self)
  public mutating func append(
    _ tag: FieldTag, _ field: StaticString, to grants: inout [Grant]
  ) throws(WireError) {
    let read = try element(
      tag, field, at: grants.count, atMost: Limits.grantsPerHolder
    ) { reader throws(WireError) in try reader.userGrant() }
    if let read { grants.append(read) }
  }

  @_lifetime(self: copy self)
  private mutating func userGrant() throws(WireError) -> Grant? {
    var place: Grant.Place?
    var scopes: ScopeSelection?
    var createsTokens = false
    var hidesTokens = false
    var permissions: [Permission] = []
    while let tag = try next() {
      switch tag.number {
      case 1: place = .project(try name(tag, "project"))
      case 2:
        try selector(tag, "all_projects")
        place = .allProjects
      case 3:
        try selector(tag, "global")
        place = .global
      case 4: try self.scopes(tag, "scopes", into: &scopes)
      case 5: createsTokens = try bool(tag, "create_project_api_token")
      case 6: hidesTokens = try bool(tag, "no_read_project_api_token")
      case 7:
        // Each once, so that there are no more than there are permissions.
        var named = permissions
        try enumerations(tag, "permissions", as: Permission.self) { permission in
          if !named.contains(permission) { named.append(permission) }
        }
        permissions = named
      default: try skip(tag)
      }
    }
    guard let place else {
      if role == .request { throw .of(.noneSet, "place") }
      return nil
    }
    return Grant(
      place, scopes: scopes, createsTokens: createsTokens, hidesTokens: hidesTokens,
      permissions: permissions)
  }

  /// A GrantList, which may be empty: none from now on.
  @_lifetime(self: copy self)
  mutating func grantList(
    _ tag: FieldTag, _ field: StaticString, into grants: inout [Grant]?
  ) throws(WireError) {
    var list = grants ?? []
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: try reader.append(tag, "grants", to: &list)
        default: try reader.skip(tag)
        }
      }
    }
    grants = list
  }
}

extension ByteBuffer {
  /// The elements of a repeated Grant.
  public mutating func append(field number: UInt32, grants: [Grant]) {
    for grant in grants {
      append(field: number) { message in
        switch grant.place {
        case .project(let project): message.append(field: 1, name: project)
        case .allProjects: message.append(field: 2, bool: true)
        case .global: message.append(field: 3, bool: true)
        }
        message.append(field: 4, scopes: grant.scopes)
        message.append(field: 5, bool: grant.createsTokens)
        message.append(field: 6, bool: grant.hidesTokens)
        message.append(field: 7, packed: grant.permissions.map(\.rawValue))
      }
    }
  }

  /// A GrantList; nil is left out, an empty list is not.
  mutating func append(field number: UInt32, grantList: [Grant]?) {
    guard let grantList else { return }
    append(field: number) { $0.append(field: 1, grants: grantList) }
  }
}
