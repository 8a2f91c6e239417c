import TesseraModel

/// What only details and lists show of a token, in one block of memory: immutable, replaced whole.
///
/// | offset | size | holds |
/// |---|---|---|
/// | 0 | 8 | created at, in microseconds |
/// | 8 | 4 | created by, an actor's number |
/// | 12 | 4 | version |
/// | 16 | 4 | the number of the previous value's credential, or `absent` |
/// | 20 | 4 | revoked by, an actor's number, or `absent` |
/// | 24 | 8 | revoked at, in microseconds |
/// | 32 | 2, 2, 2 | the lengths of name, description and reason, whose bytes follow from 40 |
/// | after them | 8 | until when the previous value is valid, where there is one |
///
/// Lives as long as its owner says: whoever reads it is within an epoch or holds the ledger's lock.
@safe
struct PackedDetails {
  static let absent = UInt32.max
  private static let textOffset = 40

  let memory: UnsafeMutableRawPointer

  var createdAt: Timestamp { Timestamp(microseconds: load(0)) }
  var createdBy: ActorNumber { ActorNumber(rawValue: load(8)) }
  var version: UInt32 { load(12) }

  var previous: CredentialNumber? {
    let number: UInt32 = load(16)
    return number == PackedDetails.absent ? nil : CredentialNumber(rawValue: number)
  }

  /// Where there is a previous value. What the token's own expiry leaves of it is in its
  /// credential.
  var previousValidUntil: Timestamp {
    let (name, description, reason) = lengths
    let offset = PackedDetails.textOffset + name + description + reason
    return Timestamp(
      microseconds: unsafe memory.loadUnaligned(fromByteOffset: offset, as: Int64.self))
  }

  var revokedBy: ActorNumber? {
    let by: UInt32 = load(20)
    return by == PackedDetails.absent ? nil : ActorNumber(rawValue: by)
  }

  var revokedAt: Timestamp? { revokedBy == nil ? nil : Timestamp(microseconds: load(24)) }

  var revocation: (at: Timestamp, by: ActorNumber, reason: String)? {
    guard let revokedBy else { return nil }
    let reason = text(at: lengths.name + lengths.description, count: lengths.reason)
    return (Timestamp(microseconds: load(24)), revokedBy, reason)
  }

  var name: String { text(at: 0, count: lengths.name) }
  var description: String { text(at: lengths.name, count: lengths.description) }

  /// Packs a record. `createdBy` and `revokedBy` are the actors' numbers in the ledger.
  static func pack(
    _ record: TokenRecord, createdBy: ActorNumber, revokedBy: ActorNumber?,
    previous: CredentialNumber?
  ) -> PackedDetails {
    let validUntil = previous == nil ? nil : record.credentials.previous?.validUntil
    let reason = record.revocation?.reason ?? ""
    let texts = [record.name, record.description, reason]
    let byteCount =
      textOffset + texts.reduce(0) { $0 + $1.utf8.count }
      + (validUntil == nil ? 0 : 8)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 8)
    func store<Value: BitwiseCopyable>(_ value: Value, _ offset: Int) {
      unsafe memory.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }
    store(record.createdAt.microseconds, 0)
    store(createdBy.rawValue, 8)
    store(record.version, 12)
    store(previous?.rawValue ?? absent, 16)
    store(revokedBy?.rawValue ?? absent, 20)
    store(record.revocation?.at.microseconds ?? 0, 24)
    var end = textOffset
    for (index, text) in texts.enumerated() {
      store(UInt16(text.utf8.count), 32 + 2 * index)
      for byte in text.utf8 {
        store(byte, end)
        end += 1
      }
    }
    if let validUntil { store(validUntil.microseconds, end) }
    return unsafe PackedDetails(memory: unsafe memory)
  }

  /// The same of the token once it is revoked, which is another version of it.
  ///
  /// - Precondition: it is not revoked.
  func revoked(at moment: Timestamp, by actor: ActorNumber, reason: String) -> PackedDetails {
    let textBytes = lengths.name + lengths.description
    let tailBytes = previous == nil ? 0 : 8
    let textEnd = PackedDetails.textOffset + textBytes
    let reasonBytes = reason.utf8.count
    let copy = UnsafeMutableRawPointer.allocate(
      byteCount: textEnd + reasonBytes + tailBytes, alignment: 8)
    func store<Value: BitwiseCopyable>(_ value: Value, _ offset: Int) {
      unsafe copy.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }
    unsafe copy.copyMemory(from: memory, byteCount: textEnd)
    store(version + 1, 12)
    store(actor.rawValue, 20)
    store(moment.microseconds, 24)
    store(UInt16(reasonBytes), 36)
    for (index, byte) in reason.utf8.enumerated() { store(byte, textEnd + index) }
    unsafe (copy + textEnd + reasonBytes).copyMemory(
      from: memory + textEnd, byteCount: tailBytes)
    return unsafe PackedDetails(memory: unsafe copy)
  }

  private var lengths: (name: Int, description: Int, reason: Int) {
    let (name, description, reason): (UInt16, UInt16, UInt16) = (load(32), load(34), load(36))
    return (Int(name), Int(description), Int(reason))
  }

  private func load<Value: BitwiseCopyable>(_ offset: Int) -> Value {
    unsafe memory.load(fromByteOffset: offset, as: Value.self)
  }

  private func text(at offset: Int, count: Int) -> String {
    let start = unsafe memory + PackedDetails.textOffset + offset
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
