/// Lower-case hex.
public enum Hex {
  @inlinable
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  public static func append(_ bytes: borrowing RawSpan, to text: inout [UInt8]) {
    text.reserveCapacity(text.count + 2 * bytes.byteCount)
    for offset in 0..<bytes.byteCount {
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
  }

  public static func text(of bytes: borrowing RawSpan) -> String {
    var text = [UInt8]()
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
