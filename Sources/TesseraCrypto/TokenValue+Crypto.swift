import TesseraModel

extension TokenValue {
  /// A new value: the prefix, `randomBytes` random bytes in hex, and the checksum of both.
  public static func make(prefix: String) -> [UInt8] {
    var value = [UInt8](prefix.utf8)
    value.reserveCapacity(value.count + hashCharacters)
    var random = SecureRandom.bytes(count: randomBytes)
    Hex.append(unsafe random.span.bytes, to: &value)
    Cleanse.zero(&random)
    let sum = CRC32.checksum(of: unsafe value.span.bytes)
    unsafe withUnsafeBytes(of: sum.bigEndian) { unsafe Hex.append($0.bytes, to: &value) }
    return value
  }

  /// Whether a value ends in the checksum of all before it.
  @inlinable
  public static func hasGoodChecksum(_ value: borrowing RawSpan) -> Bool {
    guard let stated = checksum(of: value) else { return false }
    let covered = value.extracting(0..<value.byteCount - checksumCharacters)
    return CRC32.checksum(of: covered) == stated
  }
}
