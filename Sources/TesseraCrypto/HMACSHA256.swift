import COpenSSL
import TesseraModel

/// HMAC (RFC 2104) over SHA-256: what only the holder of a key can make of some bytes.
public enum HMACSHA256 {
  public static func code(of bytes: borrowing RawSpan, key: [UInt8]) -> Digest {
    var code = [UInt8](repeating: 0, count: Digest.byteCount)
    let made = unsafe bytes.withUnsafeBytes { bytes in
      unsafe key.withUnsafeBytes { key in
        unsafe HMAC(
          EVP_sha256(), key.baseAddress, CInt(key.count),
          bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, &code, nil)
      }
    }
    precondition(unsafe made != nil, "out of memory")
    func word(_ index: Int) -> UInt64 {
      code[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    return Digest(word(0), word(1), word(2), word(3))
  }
}
