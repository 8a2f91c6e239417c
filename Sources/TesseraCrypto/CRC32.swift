import CIntrinsics

/// CRC-32 as in IEEE 802.3, zlib and PNG: polynomial 0x04C11DB7, reflected, inverted at both ends.
///
/// By the processor's carry-less multiplication where it has one. Else slicing by eight:
/// `tables[k][b]` is the remainder of byte `b` followed by `k` zero bytes, so eight bytes are
/// folded in with eight independent look-ups.
public enum CRC32 {
  /// The checksum of `bytes`, or of what came before followed by `bytes` where `previous` is the
  /// checksum of what came before.
  public static func checksum(of bytes: borrowing RawSpan, continuing previous: UInt32 = 0)
    -> UInt32
  {
    var sum = previous
    let isDone = unsafe bytes.withUnsafeBytes {
      unsafe tessera_crc32($0.baseAddress, $0.count, &sum)
    }
    return isDone ? sum : checksumByTables(of: bytes, continuing: previous)
  }

  /// The same on every processor.
  static func checksumByTables(of bytes: borrowing RawSpan, continuing previous: UInt32) -> UInt32 {
    unsafe tables.span.withUnsafeBufferPointer { tables in
      unsafe bytes.withUnsafeBytes { unsafe fold($0, into: ~previous, tables) }
    }
  }

  private static func fold(
    _ bytes: UnsafeRawBufferPointer, into initial: UInt32, _ table: UnsafeBufferPointer<UInt32>
  ) -> UInt32 {
    // The indices stay below 8 * 256 by construction: each is a byte plus a multiple of 256.
    guard let table = table.baseAddress, var next = bytes.baseAddress else {
      return ~initial
    }
    var sum = initial
    var left = bytes.count
    while left >= 8 {
      let word = UInt64(littleEndian: unsafe next.loadUnaligned(as: UInt64.self)) ^ UInt64(sum)
      sum =
        unsafe table[1792 + Int(word & 255)] ^ table[1536 + Int(word >> 8 & 255)]
        ^ table[1280 + Int(word >> 16 & 255)] ^ table[1024 + Int(word >> 24 & 255)]
        ^ table[768 + Int(word >> 32 & 255)] ^ table[512 + Int(word >> 40 & 255)]
        ^ table[256 + Int(word >> 48 & 255)] ^ table[Int(word >> 56)]
      unsafe next += 8
      left -= 8
    }
    while left > 0 {
      let byte = unsafe next.load(as: UInt8.self)
      sum = unsafe sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
      unsafe next += 1
      left -= 1
    }
    return ~sum
  }

  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for index in 0..<256 {
      var sum = UInt32(index)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
      tables[index] = sum
    }
    for index in 256..<tables.count {
      let shorter = tables[index - 256]
      tables[index] = shorter >> 8 ^ tables[Int(shorter & 255)]
    }
    return tables
  }()
}
