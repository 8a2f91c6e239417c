import COpenSSL

/// Random bytes fit for secrets, from OpenSSL's generator, which the kernel seeds.
public enum SecureRandom {
  /// - Precondition: the generator works. Without random bytes nothing safe can be done, so that
  ///   a failure ends the process.
  public static func fill(_ bytes: inout MutableRawSpan) {
    unsafe bytes.withUnsafeMutableBytes { room in
      guard room.count > 0 else { return }
      let filled = unsafe RAND_bytes(
        room.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(room.count))
      precondition(filled == 1, "the system has no random bytes: check its entropy source")
    }
  }

  public static func bytes(count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var elements = bytes.mutableSpan
    var span = unsafe elements.mutableBytes
    fill(&span)
    return bytes
  }

  public static func word() -> UInt64 {
    var word: UInt64 = 0
    unsafe withUnsafeMutableBytes(of: &word) { room in
      var span = unsafe MutableRawSpan(_unsafeBytes: room)
      fill(&span)
    }
    return word
  }
}
