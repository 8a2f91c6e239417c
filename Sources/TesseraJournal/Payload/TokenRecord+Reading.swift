import TesseraBytes
import TesseraModel
import TesseraWire

extension TokenRecord {
  /// Reads a `TokenRecord` message to the reader's end.
  @_lifetime(reader: copy reader)
  init(reading reader: inout ProtoReader) throws(WireError) {
    var id: TokenID?
    var kind: TokenKind?
    var createdBy: Actor?
    var digest: Digest?
    var previous: Credentials.Previous?
    var isUnchecked = false
    // The rest is filled in place: a record is large, and moving it costs.
    self.init(
      id: TokenID(high: 0, low: 0), kind: .admin, name: "", createdAt: Timestamp(microseconds: 0),
      createdBy: .offline(""), credentials: Credentials(current: Digest(0, 0, 0, 0)), version: 0)
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.id(tag, "id")
      case 2: kind = TokenKind(rawValue: UInt8(clamping: try reader.uint64(tag, "kind")))
      case 3: name = try reader.string(tag, "name")
      case 4: description = try reader.string(tag, "description")
      case 5: owner = try reader.name(tag, "owner")
      case 6:
        var message = try reader.message(tag, "projects")
        projects = try ProjectSelection(reading: &message)
      case 7: environment = try reader.name(tag, "environment")
      case 8:
        var message = try reader.message(tag, "scopes")
        scopes = try ScopeSelection(reading: &message)
      case 9:
        var message = try reader.message(tag, "permissions")
        permissions.append(try PermissionGrant(reading: &message))
      case 10: createdAt = try reader.time(tag, "created_at")
      case 11:
        var message = try reader.message(tag, "created_by")
        createdBy = try Actor(reading: &message)
      case 12: expiresAt = try reader.time(tag, "expires_at")
      case 13: digest = try reader.digest(tag, "digest")
      case 14:
        var message = try reader.message(tag, "previous_digest")
        previous = try Credentials.Previous(reading: &message)
      case 15: version = try reader.uint32(tag, "version")
      case 16:
        var message = try reader.message(tag, "revocation")
        revocation = try Revocation(reading: &message)
      case 17: isUnchecked = try reader.bool(tag, "unchecked")
      default: throw unknown(tag, in: "TokenRecord")
      }
    }
    guard let id else { throw missing("id") }
    guard let kind else { throw WireError(.unknownEnum, field: "kind") }
    guard let createdBy else { throw missing("created_by") }
    guard let digest else { throw missing("digest") }
    self.id = id
    self.kind = kind
    self.createdBy = createdBy
    credentials = Credentials(current: digest, isUnchecked: isUnchecked, previous: previous)
  }
}
