import TesseraBytes
import TesseraModel

extension ProtoReader {
  /// One element of a list of grants. In a response, a permission that this version does not know
  /// is left out.
  @_lifetime(self: copy self)
  public mutating func append(
    _ tag: FieldTag, _ field: StaticString, to grants: inout [PermissionGrant]
  ) throws(WireError) {
    let read = try element(
      tag, field, at: grants.count, atMost: Limits.permissionsPerToken
    ) { reader throws(WireError) in try reader.grant() }
    if let read { grants.append(read) }
  }

  @_lifetime(self: copy self)
  private mutating func grant() throws(WireError) -> PermissionGrant? {
    var permission: Permission?
    var kinds: KindSet?
    var projects: [ProjectID]?
    var environments: [EnvironmentID]?
    while let tag = try next() {
      switch tag.number {
      case 1: permission = try enumeration(tag, "permission")
      case 2: try kindList(tag, "kinds", into: &kinds)
      case 3:
        try list(tag, "projects", "projects", into: &projects, atMost: Limits.projectsPerToken)
      case 4:
        try list(
          tag, "environments", "environments", into: &environments,
          atMost: Limits.environmentsPerPermission)
      default: try skip(tag)
      }
    }
    guard let permission else {
      if role == .request { throw .of(.unknownEnum, "permission") }
      return nil
    }
    return PermissionGrant(
      permission, kinds: kinds, projects: projects, environments: environments)
  }
}

extension ByteBuffer {
  /// The elements of a repeated PermissionGrant.
  public mutating func append(field number: UInt32, grants: [PermissionGrant]) {
    for grant in grants {
      append(field: number) { message in
        message.append(field: 1, enumeration: Optional(grant.permission))
        message.append(field: 2, kindList: grant.kinds)
        message.append(field: 3, list: grant.projects)
        message.append(field: 4, list: grant.environments)
      }
    }
  }
}
