import TesseraBytes
import TesseraCrypto
import TesseraJournal
import TesseraModel
import TesseraWire

/// What page tokens are sealed with: an authority's own, which stays the same after a restart, so
/// that lists go on over it.
struct PageKey: Sendable {
  fileprivate let bytes: [UInt8]

  init(_ authority: AuthorityID) {
    let name = Array("tessera page tokens \(authority)".utf8)
    bytes = Array(unsafe SHA256.digest(of: name.span.bytes).hex.utf8)
  }
}

/// The page tokens of one list: where it goes on, opaque to its callers. One names the last thing
/// that was shown rather than a count, so that it stays right while others come and go, and tells
/// nothing of what was not shown.
///
/// A token is the code of the list's fingerprint and the position (16 bytes), then the position:
/// nobody makes one, or takes one to another list.
package struct PageSeal: Sendable {
  private let key: PageKey
  private let fingerprint: UInt64

  private static let codeBytes = 16
  /// A token's id, and the name that the list is sorted by.
  private static let mostPositionBytes = TokenID.byteCount + Limits.tokenNameBytes

  init(_ request: some PagedRequest, _ key: PageKey) {
    self.key = key
    fingerprint = request.fingerprint
  }

  func token(after position: [UInt8]) -> [UInt8] { code(of: position) + position }

  /// Where a page begins.
  ///
  /// - Throws: where the token is not one of this list's.
  func position(_ token: [UInt8]) throws(Refusal) -> [UInt8] {
    let position = Array(token.dropFirst(PageSeal.codeBytes))
    guard !position.isEmpty, position.count <= PageSeal.mostPositionBytes,
      isEqualInConstantTime(Array(token.prefix(PageSeal.codeBytes)), code(of: position))
    else { throw .foreignPageToken }
    return position
  }

  private func code(of position: [UInt8]) -> [UInt8] {
    var buffer = ByteBuffer(capacity: 8 + position.count)
    buffer.append(bigEndian: fingerprint)
    buffer.append(position)
    let code = HMACSHA256.code(of: buffer.bytes, key: key.bytes)
    buffer.removeAll()
    buffer.append(bigEndian: code.word0)
    buffer.append(bigEndian: code.word1)
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
  /// Tells one list from another: a page token belongs to its method, its filters and its sort.
  var fingerprint: UInt64 {
    var list = self
    list.pageToken = []
    list.context = nil
    list.forgetPageSize()
    var buffer = ByteBuffer()
    buffer.append(bigEndian: Self.method.rawValue)
    buffer.append(list.encoded)
    return SHA256.digest(of: buffer.bytes).word0
  }

  /// Where this page begins; nil at the first.
  func startingPoint(_ seal: PageSeal) throws(Refusal) -> [UInt8]? {
    pageToken.isEmpty ? nil : try seal.position(pageToken)
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
