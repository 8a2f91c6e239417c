import TesseraModel

extension PackedDetails {
  /// Packs a record. `createdBy` and `revokedBy` are the actors' numbers in the ledger.
  static func pack(
    _ record: TokenRecord, createdBy: ActorNumber, revokedBy: ActorNumber?,
    previous: CredentialNumber?
  ) -> PackedDetails {
    pack(
      createdAt: record.createdAt, createdBy: createdBy, version: record.version,
      record.name, record.description,
      previous: previous.flatMap { number in
        record.credentials.previous.map { (number, $0.validUntil) }
      },
      revocation: revokedBy.flatMap { actor in
        record.revocation.map { ($0.at, actor, $0.reason) }
      })
  }

  /// The same of the token once it is revoked, which is another version of it.
  ///
  /// - Precondition: it is not revoked.
  func revoked(at moment: Timestamp, by actor: ActorNumber, reason: String) -> PackedDetails {
    PackedDetails.pack(
      createdAt: createdAt, createdBy: createdBy, version: version + 1, name, description,
      previous: previous.map { ($0, previousValidUntil) }, revocation: (moment, actor, reason))
  }

  private static func pack(
    createdAt: Timestamp, createdBy: ActorNumber, version: UInt32, _ name: String,
    _ description: String, previous: (number: CredentialNumber, validUntil: Timestamp)?,
    revocation: (at: Timestamp, by: ActorNumber, reason: String)?
  ) -> PackedDetails {
    let narrowVersion = UInt16(exactly: version)
    let nameLength = name.utf8.count
    precondition(nameLength <= longestName, "refused before: the maximum is in Limits")
    var parts = Parts()
    if narrowVersion == nil { parts.insert(.wideVersion) }
    if !description.isEmpty { parts.insert(.description) }
    if previous != nil { parts.insert(.previous) }
    if revocation != nil { parts.insert(.revocation) }

    var bytes: [UInt8] = []
    bytes.reserveCapacity(nameOffset + nameLength + description.utf8.count)
    bytes.append(integer: createdAt.microseconds)
    bytes.append(integer: createdBy.rawValue)
    bytes.append(integer: narrowVersion ?? 0)
    bytes.append(integer: parts.rawValue | UInt16(nameLength))
    bytes.append(contentsOf: name.utf8)
    if narrowVersion == nil { bytes.append(integer: version) }
    if !description.isEmpty { bytes.append(counted: description) }
    if let previous {
      bytes.append(integer: previous.number.rawValue)
      bytes.append(integer: previous.validUntil.microseconds)
    }
    if let revocation {
      bytes.append(integer: revocation.at.microseconds)
      bytes.append(integer: revocation.by.rawValue)
      bytes.append(counted: revocation.reason)
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 8)
    unsafe memory.copyMemory(from: bytes, byteCount: bytes.count)
    return unsafe PackedDetails(memory: memory)
  }
}

extension [UInt8] {
  /// As it stands in memory.
  fileprivate mutating func append<Integer: FixedWidthInteger>(integer: Integer) {
    unsafe Swift.withUnsafeBytes(of: integer) { unsafe append(contentsOf: $0) }
  }

  /// After its length.
  fileprivate mutating func append(counted text: String) {
    append(integer: UInt16(text.utf8.count))
    append(contentsOf: text.utf8)
  }
}
