import TesseraBytes
import TesseraModel
import TesseraWire

extension UserRecord {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var id: UserID?
    var createdAt: Timestamp?
    var createdBy: Actor?
    self.init(
      UserID(unchecked: ""), createdAt: Timestamp(microseconds: 0), createdBy: .offline(""),
      version: 0)
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.name(tag, "id")
      case 2: name = try reader.string(tag, "name")
      case 3:
        var message = try reader.message(tag, "password")
        password = try PasswordHash(reading: &message)
      case 4: isAdmin = try reader.bool(tag, "admin")
      case 5: isDisabled = try reader.bool(tag, "disabled")
      case 6:
        var message = try reader.message(tag, "grants")
        grants.append(try Grant(reading: &message))
      case 7: roles.append(try reader.name(tag, "roles"))
      case 8: createdAt = try reader.time(tag, "created_at")
      case 9:
        var message = try reader.message(tag, "created_by")
        createdBy = try Actor(reading: &message)
      case 10: version = try reader.uint32(tag, "version")
      default: throw unknown(tag, in: "UserRecord")
      }
    }
    guard let id else { throw missing("user.id") }
    guard let createdAt else { throw missing("user.created_at") }
    guard let createdBy else { throw missing("user.created_by") }
    self.id = id
    self.createdAt = createdAt
    self.createdBy = createdBy
  }
}

extension PasswordHash {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    self.init(salt: [], key: [], logCost: 0, blockSize: 0, parallelism: 0)
    while let tag = try reader.next() {
      switch tag.number {
      case 1: salt = try reader.array(tag, "salt")
      case 2: key = try reader.array(tag, "key")
      case 3: logCost = try reader.uint8(tag, "log_cost")
      case 4: blockSize = try reader.uint8(tag, "block_size")
      case 5: parallelism = try reader.uint8(tag, "parallelism")
      default: throw unknown(tag, in: "PasswordHash")
      }
    }
  }
}

extension Grant {
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var place: Place?
    self.init(.global)
    while let tag = try reader.next() {
      switch tag.number {
      case 1: place = .project(try reader.name(tag, "project"))
      case 2:
        try reader.selector(tag, "all_projects")
        place = .allProjects
      case 3:
        try reader.selector(tag, "global")
        place = .global
      case 4:
        var message = try reader.message(tag, "scopes")
        scopes = try ScopeSelection(reading: &message)
      case 5: createsTokens = try reader.bool(tag, "creates_tokens")
      case 6: hidesTokens = try reader.bool(tag, "hides_tokens")
      case 7:
        var read: [Permission] = []
        try reader.enumerations(tag, "permissions", as: Permission.self) { read.append($0) }
        permissions += read
      default: throw unknown(tag, in: "Grant")
      }
    }
    guard let place else { throw missing("grant.place") }
    self.place = place
  }
}

extension ProtoReader {
  @_lifetime(self: copy self)
  fileprivate mutating func uint8(
    _ tag: FieldTag, _ field: StaticString
  ) throws(WireError) -> UInt8 {
    guard let value = UInt8(exactly: try uint64(tag, field)) else {
      throw WireError(.outOfRange, field: field.description)
    }
    return value
  }
}
