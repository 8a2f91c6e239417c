import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// Where a list goes on: opaque to its callers. It names the last token shown rather than a count, so
/// that it stays right while tokens come and go.
///
/// Bytes: the fingerprint of the request (8), the id (16), the sort key.
struct PageToken: Equatable, Sendable {
  var fingerprint: UInt64
  var id: TokenID
  /// What the sort compares, as bytes in order; empty where it is by creation.
  var key: [UInt8]

  init(fingerprint: UInt64, id: TokenID, key: [UInt8]) {
    self.fingerprint = fingerprint
    self.id = id
    self.key = key
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 24, bytes.count <= 24 + Limits.tokenNameBytes else { return nil }
    let span = unsafe bytes.span.bytes
    fingerprint = span.load(bigEndianAt: 0)
    id = TokenID(high: span.load(bigEndianAt: 8), low: span.load(bigEndianAt: 16))
    key = Array(bytes[24...])
  }

  var bytes: [UInt8] {
    var buffer = ByteBuffer(capacity: 24 + key.count)
    buffer.append(bigEndian: fingerprint)
    buffer.append(bigEndian: id.high)
    buffer.append(bigEndian: id.low)
    buffer.append(key)
    return buffer.bytes.array
  }

  /// Tells one list from another: a page token belongs to its filters and its sort.
  static func fingerprint(of request: ListRequest) -> UInt64 {
    var list = request
    list.context = nil
    list.pageToken = []
    list.pageSize = 0
    return unsafe SHA256.digest(of: list.encoded.span.bytes).word0
  }

  /// What the sort compares, in bytes whose order is the sort's.
  static func key(_ token: StoredToken, _ sort: ListSort) -> [UInt8] {
    switch sort {
    case .created: []
    case .name: Array(token.record.name.utf8)
    // Never comes last of what ends, and first of what was used.
    case .expires: key(token.record.expiresAt?.microseconds ?? .max)
    case .lastUsed: key(token.usage.lastUsedAt?.microseconds ?? .min)
    }
  }

  /// The sign bit is turned, so that moments before 1970 come first.
  private static func key(_ microseconds: Int64) -> [UInt8] {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append(bigEndian: UInt64(bitPattern: microseconds) ^ 1 << 63)
    return buffer.bytes.array
  }

  /// The key, and the id where keys are equal.
  static func order(_ token: StoredToken, _ sort: ListSort) -> (Bytes, TokenID) {
    (Bytes(key(token, sort)), token.record.id)
  }
}

/// Bytes in lexical order.
struct Bytes: Comparable {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }
  static func < (a: Bytes, b: Bytes) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
