import TesseraBytes
import TesseraModel
import TesseraWire

extension RecoverySink where Self: ~Copyable {
  /// Restores one record, whose message is what is left to read.
  @_lifetime(reader: copy reader)
  mutating func restore(
    _ part: SnapshotPart, reading reader: inout ProtoReader
  ) throws(WireError) {
    switch part {
    case .registry: restore(try RegistryEntry(reading: &reader))
    case .users: restore(try UserRecord(reading: &reader))
    case .tokens: try restoreToken(reading: &reader)
    case .idempotency: restore(try IdempotencyEntry(reading: &reader))
    case .events: restore(try Event(reading: &reader))
    }
  }

  @_lifetime(reader: copy reader)
  private mutating func restoreToken(reading reader: inout ProtoReader) throws(WireError) {
    var record: TokenRecord?
    var usage = TokenUsage.none
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        var message = try reader.message(tag, "token")
        record = try TokenRecord(reading: &message)
      case 2:
        var message = try reader.message(tag, "usage")
        usage = try TokenUsage(reading: &message)
      default: throw unknown(tag, in: "StoredToken")
      }
    }
    guard let record else { throw missing("stored_token.token") }
    restore(record, usage: usage)
  }
}
