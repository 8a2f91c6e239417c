import TesseraBytes
import TesseraCrypto
import TesseraModel
import TesseraWire

/// Where a list goes on: opaque to its callers. It names the last thing that was
/// looked at rather than a count, so that it stays right while others come and go.
///
/// Bytes: the fingerprint of the request (8), the position.
struct PageCursor: Equatable, Sendable {
  let fingerprint: UInt64
  let position: [UInt8]

  /// A token's id, and the name that the list is sorted by.
  private static let mostPositionBytes = TokenID.byteCount + Limits.tokenNameBytes

  init(_ fingerprint: UInt64, after position: [UInt8]) {
    self.fingerprint = fingerprint
    self.position = position
  }

  /// nil where it is not one of this request's.
  init?(_ bytes: [UInt8], of request: some PagedRequest) {
    guard bytes.count > 8, bytes.count <= 8 + PageCursor.mostPositionBytes else { return nil }
    fingerprint = unsafe bytes.span.bytes.load(bigEndianAt: 0)
    position = Array(bytes[8...])
    guard fingerprint == request.fingerprint else { return nil }
  }

  var bytes: [UInt8] {
    var buffer = ByteBuffer(capacity: 8 + position.count)
    buffer.append(bigEndian: fingerprint)
    buffer.append(position)
    return buffer.bytes.array
  }
}

/// A request whose answer is a page, and that goes on with another.
protocol PagedRequest: ContextualRequest {
  var pageSize: UInt32 { get }
  var pageToken: [UInt8] { get set }
  /// Takes out what may differ from page to page beside the token: the size.
  mutating func forgetPageSize()
}

extension PagedRequest {
  /// Tells one list from another: a page token belongs to its filters and its sort.
  var fingerprint: UInt64 {
    var list = self
    list.pageToken = []
    list.context = nil
    list.forgetPageSize()
    return unsafe SHA256.digest(of: list.encoded.span.bytes).word0
  }

  /// Where this page begins; nil at the first.
  func startingPoint() throws(Refusal) -> [UInt8]? {
    if pageToken.isEmpty { return nil }
    guard let cursor = PageCursor(pageToken, of: self) else { throw .foreignPageToken }
    return cursor.position
  }
}

/// What a page goes on after, as bytes.
protocol PagePosition: Sendable {
  var position: [UInt8] { get }
  /// nil for bytes that no `position` gave.
  init?(position: [UInt8])
}

extension TokenID: PagePosition {
  var position: [UInt8] {
    var buffer = ByteBuffer(capacity: TokenID.byteCount)
    buffer.append(bigEndian: high)
    buffer.append(bigEndian: low)
    return buffer.bytes.array
  }

  init?(position: [UInt8]) {
    guard position.count == TokenID.byteCount else { return nil }
    let span = unsafe position.span.bytes
    self.init(high: span.load(bigEndianAt: 0), low: span.load(bigEndianAt: 8))
  }
}

extension UserID: PagePosition {
  var position: [UInt8] { Array(text.utf8) }
  init?(position: [UInt8]) { self.init(unchecked: String(decoding: position, as: UTF8.self)) }
}

extension String: PagePosition {
  var position: [UInt8] { Array(utf8) }
  init?(position: [UInt8]) { self.init(decoding: position, as: UTF8.self) }
}

extension Revision: PagePosition {
  var position: [UInt8] {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append(bigEndian: rawValue)
    return buffer.bytes.array
  }

  init?(position: [UInt8]) {
    guard position.count == 8 else { return nil }
    self.init(rawValue: unsafe position.span.bytes.load(bigEndianAt: 0))
  }
}

extension Refusal {
  static let foreignPageToken = Refusal(
    .invalidArgument, "the page token is not one of a list with these filters and this sort",
    field: "page_token")
}
