import TesseraBytes
import TesseraModel
import TesseraWire

/// What the last frame of a snapshot says about the whole.
struct SnapshotFooter: Equatable {
  var tokens = 0
  var idempotencyEntries = 0
  var blocks = 0
  /// No later change is in the snapshot. The journal was durable up to here when it was finished.
  var highestRevision = Revision.zero
  /// The highest time of any change so far.
  var highestTime = Timestamp.earliest

  init() {}

  func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, varint: UInt64(tokens))
    buffer.append(field: 2, varint: UInt64(idempotencyEntries))
    buffer.append(field: 3, varint: UInt64(blocks))
    buffer.append(field: 4, varint: highestRevision.rawValue)
    buffer.append(field: 5, time: highestTime)
  }

  init(reading bytes: borrowing RawSpan) throws(WireError) {
    var reader = ProtoReader(copy bytes)
    while let tag = try reader.next() {
      switch tag.number {
      case 1: tokens = Int(clamping: try reader.uint64(tag, "tokens"))
      case 2: idempotencyEntries = Int(clamping: try reader.uint64(tag, "idempotency"))
      case 3: blocks = Int(clamping: try reader.uint64(tag, "blocks"))
      case 4: highestRevision = Revision(rawValue: try reader.uint64(tag, "highest_revision"))
      case 5: highestTime = try reader.time(tag, "highest_time")
      default: throw unknown(tag, in: "SnapshotFooter")
      }
    }
  }
}
