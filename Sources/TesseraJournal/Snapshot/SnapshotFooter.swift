import TesseraBytes
import TesseraModel
import TesseraWire

/// What the last frame of a snapshot says about the whole.
struct SnapshotFooter: Equatable {
  var records = RecordCounts()
  var blocks = 0
  /// No later change is in the snapshot. The journal was durable up to here when it was finished.
  var highestRevision = Revision.zero
  /// The highest time of any change so far.
  var highestTime = Timestamp.earliest

  init() {}

  func append(to buffer: inout ByteBuffer) {
    for part in SnapshotPart.allCases {
      buffer.append(field: part.rawValue, varint: UInt64(records[part]))
    }
    buffer.append(field: 6, varint: UInt64(blocks))
    buffer.append(field: 7, varint: highestRevision.rawValue)
    buffer.append(field: 8, time: highestTime)
  }

  init(reading bytes: borrowing RawSpan) throws(WireError) {
    var reader = ProtoReader(copy bytes)
    while let tag = try reader.next() {
      if let part = SnapshotPart(rawValue: tag.number) {
        records[part] = Int(clamping: try reader.uint64(tag, "records"))
        continue
      }
      switch tag.number {
      case 6: blocks = Int(clamping: try reader.uint64(tag, "blocks"))
      case 7: highestRevision = Revision(rawValue: try reader.uint64(tag, "highest_revision"))
      case 8: highestTime = try reader.time(tag, "highest_time")
      default: throw unknown(tag, in: "SnapshotFooter")
      }
    }
  }
}
