import TesseraModel

/// What only details and lists show of a token, in one block of memory: immutable, replaced whole.
///
/// | offset | size | holds |
/// |---|---|---|
/// | 0 | 8 | created at, in microseconds |
/// | 8 | 4 | created by, an actor's number |
/// | 12 | 2 | version, where it is not wide |
/// | 14 | 2 | the name's length below, which of the parts there are above |
/// | 16 | | the name, and then each part that there is |
///
/// | part | holds |
/// |---|---|
/// | wide version | version, 4 bytes |
/// | description | its length, 2 bytes, and the text |
/// | previous | the number of the previous value's credential, 4, and until when it is valid, 8 |
/// | revocation | at, 8, by, 4, the length of the reason, 2, and the reason |
///
/// Most tokens have none of the parts; there are millions of them. Lives as long as its owner says:
/// whoever reads it is within an epoch or holds the ledger's lock.
@safe
struct PackedDetails {
  let memory: UnsafeMutableRawPointer

  var createdAt: Timestamp { Timestamp(microseconds: load(0)) }
  var createdBy: ActorNumber { ActorNumber(rawValue: load(8)) }

  var version: UInt32 {
    let version: UInt16 = load(12)
    return parts.contains(.wideVersion) ? load(offset(of: .wideVersion)) : UInt32(version)
  }

  var name: String { text(at: PackedDetails.nameOffset, count: nameLength) }

  var description: String {
    parts.contains(.description) ? countedText(at: offset(of: .description)) : ""
  }

  var previous: CredentialNumber? {
    guard parts.contains(.previous) else { return nil }
    return CredentialNumber(rawValue: load(offset(of: .previous)))
  }

  /// Where there is a previous value. What the token's own expiry leaves of it is in its
  /// credential.
  var previousValidUntil: Timestamp {
    Timestamp(microseconds: load(offset(of: .previous) + 4))
  }

  var revokedAt: Timestamp? {
    guard parts.contains(.revocation) else { return nil }
    return Timestamp(microseconds: load(offset(of: .revocation)))
  }

  var revokedBy: ActorNumber? {
    guard parts.contains(.revocation) else { return nil }
    return ActorNumber(rawValue: load(offset(of: .revocation) + 8))
  }

  var revocation: (at: Timestamp, by: ActorNumber, reason: String)? {
    guard let revokedAt, let revokedBy else { return nil }
    return (revokedAt, revokedBy, countedText(at: offset(of: .revocation) + 12))
  }

  // MARK: The parts

  /// In the order in which they stand.
  struct Parts: OptionSet {
    let rawValue: UInt16

    static let wideVersion = Parts(rawValue: 1 << 12)
    static let description = Parts(rawValue: 1 << 13)
    static let previous = Parts(rawValue: 1 << 14)
    static let revocation = Parts(rawValue: 1 << 15)
  }

  static let nameOffset = 16
  static let longestName = 1 << 12 - 1

  private var parts: Parts { Parts(rawValue: load(14)) }
  private var nameLength: Int { Int(load(14) as UInt16) & PackedDetails.longestName }

  /// Where a part begins that there is.
  private func offset(of part: Parts) -> Int {
    var offset = PackedDetails.nameOffset + nameLength
    if part == .wideVersion { return offset }
    if parts.contains(.wideVersion) { offset += 4 }
    if part == .description { return offset }
    if parts.contains(.description) { offset += 2 + Int(load(offset) as UInt16) }
    if part == .previous { return offset }
    if parts.contains(.previous) { offset += 12 }
    return offset
  }

  /// Nothing but the first two fields is aligned.
  private func load<Value: BitwiseCopyable>(_ offset: Int) -> Value {
    unsafe memory.loadUnaligned(fromByteOffset: offset, as: Value.self)
  }

  private func countedText(at offset: Int) -> String {
    text(at: offset + 2, count: Int(load(offset) as UInt16))
  }

  private func text(at offset: Int, count: Int) -> String {
    unsafe String(
      decoding: UnsafeRawBufferPointer(start: memory + offset, count: count), as: UTF8.self)
  }
}
