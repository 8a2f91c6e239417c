import COpenSSL
import TesseraBytes

/// Where a session's ciphertext comes from and goes to during one call: buffers of the caller.
@unsafe
struct CiphertextWindow {
  /// Set for the duration of a call, and only then.
  var input: UnsafeMutablePointer<ByteBuffer>?
  var output: UnsafeMutablePointer<ByteBuffer>?
  /// Whether OpenSSL asked for ciphertext during the call when there was no more. It returns to its
  /// caller at once then, so that this alone tells "needs more" from a failure.
  var isStarved = false
}

/// OpenSSL's view of the window: a BIO of our own, which reads from the input and appends to the
/// output. No socket, no memory of its own, no copy but those OpenSSL makes.
enum CiphertextBIO {
  /// A BIO over `window`, which must outlive it.
  static func make(over window: UnsafeMutablePointer<CiphertextWindow>) -> OpaquePointer {
    guard let bio = unsafe BIO_new(method) else { preconditionFailure("out of memory") }
    unsafe BIO_set_data(bio, window)
    unsafe BIO_set_init(bio, 1)
    return unsafe bio
  }

  // Written once, before any session is made, and only read after that.
  nonisolated(unsafe) private static let method: OpaquePointer = {
    let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
    guard let method = unsafe BIO_meth_new(type, "ciphertext window") else {
      preconditionFailure("out of memory")
    }
    unsafe BIO_meth_set_read(method) { bio, target, count in
      unsafe CiphertextBIO.read(bio, target, count)
    }
    unsafe BIO_meth_set_write(method) { bio, source, count in
      unsafe CiphertextBIO.write(bio, source, count)
    }
    unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in
      // There is nothing to flush, and OpenSSL takes 0 for a failure. Nothing else is supported.
      command == BIO_CTRL_FLUSH ? 1 : 0
    }
    return unsafe method
  }()

  private static func read(
    _ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ count: CInt
  ) -> CInt {
    let window = unsafe window(bio)
    guard let input = unsafe window.pointee.input, unsafe !input.pointee.isEmpty else {
      unsafe window.pointee.isStarved = true
      unsafe tessera_BIO_set_retry_read(bio)
      return -1
    }
    let taken = unsafe min(Int(count), input.pointee.count)
    unsafe input.pointee.bytes.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress, let target = unsafe target else { return }
      unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: taken)
    }
    unsafe input.pointee.consume(taken)
    return CInt(taken)
  }

  private static func write(
    _ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ count: CInt
  ) -> CInt {
    guard let output = unsafe window(bio).pointee.output, let source = unsafe source, count > 0
    else { return 0 }
    unsafe output.pointee.append(RawSpan(_unsafeStart: source, byteCount: Int(count)))
    return count
  }

  private static func window(_ bio: OpaquePointer?) -> UnsafeMutablePointer<CiphertextWindow> {
    guard let data = unsafe BIO_get_data(bio) else { preconditionFailure("a BIO has its window") }
    return unsafe data.assumingMemoryBound(to: CiphertextWindow.self)
  }
}
