// Names as bytes in place, where they arrived: looked at in words of eight, since every Validate
// may bring three of them.

/// Whether a name may hold this byte.
@inlinable
public func isNameByte(_ byte: UInt8) -> Bool {
  areNameBytes(UInt64(byte) &* 0x0101_0101_0101_0101)
}

/// Whether a name may hold each of these eight bytes, all looked at together: Validate asks it of
/// every byte of three names.
@inlinable
public func areNameBytes(_ word: UInt64) -> Bool {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let tops: UInt64 = 0x8080_8080_8080_8080
  // The top bit of each byte that is at least `low`: nothing is carried out of a byte below 0x80.
  let bytes = word & ~tops
  func atLeast(_ low: UInt8) -> UInt64 { bytes &+ ones &* UInt64(0x80 &- low) }
  func within(_ low: UInt8, _ high: UInt8) -> UInt64 { atLeast(low) & ~atLeast(high &+ 1) }
  var good = within(UInt8(ascii: "-"), UInt8(ascii: "."))
  good |= within(UInt8(ascii: "0"), UInt8(ascii: "9"))
  good |= within(UInt8(ascii: "A"), UInt8(ascii: "Z"))
  good |= within(UInt8(ascii: "_"), UInt8(ascii: "_"))
  good |= within(UInt8(ascii: "a"), UInt8(ascii: "z"))
  good |= within(UInt8(ascii: "~"), UInt8(ascii: "~"))
  return good & ~word & tops == tops
}

extension RawSpan {
  /// How many words `nameWord` gives.
  @inlinable
  public var nameWordCount: Int { (byteCount &+ 7) &>> 3 }

  /// The bytes from `8 * index`; those of the last word end with the name, and a name of less than
  /// eight has some of its bytes twice. So names of one length are the same where their words are,
  /// and every byte of a word is one of the name.
  ///
  /// - Precondition: `0 <= index < nameWordCount`.
  @inlinable
  public func nameWord(_ index: Int) -> UInt64 {
    let count = byteCount
    if count >= 8 {
      let offset = Swift.min(index &* 8, count &- 8)
      return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
    if count >= 4 {
      let first = unsafe unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let last = unsafe unsafeLoadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      return UInt64(last) &<< 32 | UInt64(first)
    }
    let ends = UInt64(TokenValue.byte(self, count &- 1)) &<< 8 | UInt64(TokenValue.byte(self, 0))
    let middle = UInt64(TokenValue.byte(self, count &>> 1))
    return ends &* 0x0001_0001_0001 | middle &* 0x0101 &<< 48
  }
}
