import TesseraBytes
import TesseraModel

/// The two fields that google.protobuf.Timestamp and google.protobuf.Duration both have.
struct SecondsAndNanos {
  var seconds: Int64 = 0
  var nanos: Int32 = 0

  @_lifetime(reader: copy reader)
  mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: seconds = try reader.int64(tag, "seconds")
      case 2: nanos = try reader.int32(tag, "nanos")
      default: try reader.skip(tag)
      }
    }
  }

  func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, int64: seconds)
    buffer.append(field: 2, int64: Int64(nanos))
  }
}

extension SecondsAndNanos {
  init(_ time: Timestamp) {
    let (quotient, remainder) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    // The fraction counts forward, before 1970 too.
    seconds = remainder < 0 ? quotient - 1 : quotient
    nanos = Int32(remainder < 0 ? remainder + 1_000_000 : remainder) * 1_000
  }

  /// The moment, of which less than a microsecond is cut off; nil outside the years 1 to 9999.
  var timestamp: Timestamp? {
    let whole =
      Timestamp.earliest.microseconds / 1_000_000...Timestamp.latest.microseconds / 1_000_000
    guard whole.contains(seconds), (0...999_999_999).contains(nanos) else { return nil }
    return Timestamp(microseconds: seconds * 1_000_000 + Int64(nanos / 1_000))
  }

  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.seconds = seconds
    nanos = Int32(attoseconds / 1_000_000_000)
  }

  /// Ten thousand years, as google.protobuf.Duration has it.
  static let longestSeconds: Int64 = 315_576_000_000

  /// nil where it is out of range or its parts differ in sign.
  var duration: Duration? {
    let longest = SecondsAndNanos.longestSeconds
    guard (-longest...longest).contains(seconds), (-999_999_999...999_999_999).contains(nanos),
      seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0)
    else { return nil }
    return .seconds(seconds) + .nanoseconds(nanos)
  }
}

extension ProtoReader {
  @_lifetime(self: copy self)
  mutating func timestamp(
    _ tag: FieldTag, _ field: StaticString, into time: inout Timestamp?
  ) throws(WireError) {
    var parts = time.map(SecondsAndNanos.init) ?? SecondsAndNanos()
    try inside(tag, field) { reader throws(WireError) in try parts.merge(from: &reader) }
    guard let read = parts.timestamp else { throw .of(.outOfRange, field) }
    time = read
  }

  @_lifetime(self: copy self)
  mutating func duration(
    _ tag: FieldTag, _ field: StaticString, into duration: inout Duration?
  ) throws(WireError) {
    var parts = duration.map(SecondsAndNanos.init) ?? SecondsAndNanos()
    try inside(tag, field) { reader throws(WireError) in try parts.merge(from: &reader) }
    guard let read = parts.duration else { throw .of(.outOfRange, field) }
    duration = read
  }
}

extension ByteBuffer {
  mutating func append(field number: UInt32, timestamp: Timestamp?) {
    guard let timestamp else { return }
    append(field: number) { SecondsAndNanos(timestamp).append(to: &$0) }
  }

  mutating func append(field number: UInt32, duration: Duration?) {
    guard let duration else { return }
    append(field: number) { SecondsAndNanos(duration).append(to: &$0) }
  }
}
