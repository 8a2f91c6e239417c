import COpenSSL
import TesseraBytes

/// What a call on a session came to.
public enum TLSOutcome: Equatable, Sendable {
  /// The call did what it was asked.
  case done
  /// All ciphertext that was lent is used up; call again when there is more.
  case needsInput
  /// The peer said that it will send no more. It may still be written to.
  case closed
  case failed(TLSFailure)
}

/// One end of a TLS connection, as a machine without I/O: ciphertext comes from a buffer that the
/// caller lends for the call, and is consumed from its front as OpenSSL takes it; ciphertext for
/// the peer is appended to another. Both are the caller's to receive into and to send from.
///
/// OpenSSL takes one record at a time, so that what the caller's limits leave unread stays in the
/// caller's buffer, where it can be counted and kept.
@safe
public struct TLSSession: ~Copyable {
  let ssl: OpaquePointer
  /// On the heap: the BIO holds its address.
  private let window: UnsafeMutablePointer<CiphertextWindow>

  /// The server's end of a new connection.
  public init(server context: TLSContext) {
    self.init(context)
    unsafe SSL_set_accept_state(ssl)
  }

  /// The client's end. The server must prove that it is `serverName`, a name or an IP address.
  public init(client context: TLSContext, serverName: String) throws(TLSConfigurationError) {
    self.init(context)
    unsafe SSL_set_connect_state(ssl)
    let parameters = unsafe SSL_get0_param(ssl)
    if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, serverName) == 1 { return }
    OpenSSLErrors.clear()
    // SNI carries names only, so that an address is checked but not announced.
    guard !serverName.isEmpty, unsafe SSL_set1_host(ssl, serverName) == 1,
      unsafe tessera_SSL_set_tlsext_host_name(ssl, serverName) == 1
    else {
      OpenSSLErrors.clear()
      throw TLSConfigurationError(subject: serverName, reason: "is no server's name")
    }
  }

  private init(_ context: TLSContext) {
    unsafe window = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe window.initialize(to: CiphertextWindow())
    guard let ssl = unsafe SSL_new(context.pointer) else { preconditionFailure("out of memory") }
    let bio = unsafe CiphertextBIO.make(over: window)
    // The session owns the BIO from here on, for both directions.
    unsafe SSL_set_bio(ssl, bio, bio)
    unsafe self.ssl = ssl
  }

  deinit {
    unsafe SSL_free(ssl)
    unsafe window.deallocate()
  }

  /// Goes on with the handshake; `done` when it is complete. `closed` does not occur.
  public mutating func handshake(
    from input: inout ByteBuffer, into output: inout ByteBuffer
  ) -> TLSOutcome {
    OpenSSLErrors.clear()
    let result = unsafe lending(&input, &output) { ssl, _ in unsafe SSL_do_handshake(ssl) }
    if result == 1 { return .done }
    let outcome = outcomeOfFailure()
    return outcome == .closed ? .failed(.truncated) : outcome
  }

  /// Decrypts what `input` holds and appends it to `plaintext`, at most `limit` bytes.
  ///
  /// `needsInput`: all of `input` is used up. `done`: the limit was reached, and there may be more
  /// in `input` or, of a record begun, in the session (`hasPending`). The protocol's own messages
  /// are answered into `output`.
  ///
  /// - Precondition: the handshake is done.
  public mutating func read(
    from input: inout ByteBuffer, into plaintext: inout ByteBuffer, upTo limit: Int,
    answering output: inout ByteBuffer
  ) -> TLSOutcome {
    var left = limit
    let hasStopped = unsafe lending(&input, &output) { ssl, input in
      while left > 0 {
        // A call gives at most one record's worth. Where it had room for a whole one, the record is
        // used up, so that only more ciphertext is worth another call.
        let room = min(left, TLSSession.recordByteCount)
        let count = unsafe plaintext.append(upTo: room) { room in
          unsafe max(0, Int(SSL_read(ssl, room.baseAddress, CInt(room.count))))
        }
        if count == 0 { return true }
        left -= count
        if unsafe input.pointee.isEmpty { break }
      }
      return false
    }
    if hasStopped { return outcomeOfFailure() }
    return left > 0 || (input.isEmpty && !hasPending) ? .needsInput : .done
  }

  /// Encrypts all of `plaintext`, in records of up to 16 KiB, to the end of `output`.
  ///
  /// - Precondition: the handshake is done.
  public mutating func write(
    _ plaintext: borrowing RawSpan, into output: inout ByteBuffer
  ) -> TLSOutcome {
    let count = plaintext.byteCount
    guard count > 0 else { return .done }
    precondition(count <= CInt.max, "more than 2 GiB in one call")
    let records = (count + TLSSession.recordByteCount - 1) / TLSSession.recordByteCount
    output.reserve(count + records * TLSSession.recordOverheadBytes)
    let written = unsafe plaintext.withUnsafeBytes { bytes in
      unsafe sending(&output) { ssl in unsafe SSL_write(ssl, bytes.baseAddress, CInt(count)) }
    }
    if Int(written) == count { return .done }
    // The output takes everything, so that a write is whole or the session is broken.
    return .failed(unsafe TLSFailure(of: ssl))
  }

  /// Tells the peer that nothing more will be written. Nothing is said before the handshake is done
  /// or after a failure.
  public mutating func close(into output: inout ByteBuffer) {
    guard isEstablished else { return }
    OpenSSLErrors.clear()
    let result = unsafe sending(&output) { ssl in unsafe SSL_shutdown(ssl) }
    if result < 0 { OpenSSLErrors.clear() }
  }

  /// What it means that the transport has ended: `closed` where the peer had said so, a failure
  /// where data may be missing.
  public var outcomeOfTransportEnd: TLSOutcome { isClosedByPeer ? .closed : .failed(.truncated) }

  /// Gives back the session's buffers, of some 16 KiB each way, until they are needed again: for
  /// connections that have been idle for a while. A session without them takes some 14 KiB. Does
  /// nothing while a record is incomplete.
  ///
  /// OpenSSL could do so by itself after every record (SSL_MODE_RELEASE_BUFFERS), but that costs
  /// a busy connection some 70 ns for each record, read or written.
  public mutating func releaseBuffers() { unsafe _ = SSL_free_buffers(ssl) }

  /// The most plaintext in one record.
  public static let recordByteCount = Int(SSL3_RT_MAX_PLAIN_LENGTH)
  /// Header, type and tag in TLS 1.3 are 22; header, nonce and tag in 1.2 are 29.
  static let recordOverheadBytes = 32
}

extension TLSSession {
  /// Runs `body` with both buffers lent to the BIO.
  @inline(__always)
  private mutating func lending<Result>(
    _ input: inout ByteBuffer, _ output: inout ByteBuffer,
    _ body: (OpaquePointer, UnsafeMutablePointer<ByteBuffer>) -> Result
  ) -> Result {
    let (ssl, window) = unsafe (ssl, window)
    return unsafe withUnsafeMutablePointer(to: &input) { input in
      unsafe withUnsafeMutablePointer(to: &output) { output in
        unsafe window.pointee = CiphertextWindow(input: input, output: output)
        defer {
          unsafe window.pointee.input = nil
          unsafe window.pointee.output = nil
        }
        return unsafe body(ssl, input)
      }
    }
  }

  /// The same without input: OpenSSL finds none.
  @inline(__always)
  private mutating func sending(
    _ output: inout ByteBuffer, _ body: (OpaquePointer) -> CInt
  ) -> CInt {
    let (ssl, window) = unsafe (ssl, window)
    return unsafe withUnsafeMutablePointer(to: &output) { output in
      unsafe window.pointee = CiphertextWindow(input: nil, output: output)
      defer { unsafe window.pointee.output = nil }
      return unsafe body(ssl)
    }
  }

  /// What a call meant that gave nothing.
  ///
  /// Judged by the BIO and the session's state, not by SSL_get_error: that looks at the thread's
  /// error queue first, and clearing the queue before every read, lest another library left
  /// something there, costs as much as the hash of a token.
  private func outcomeOfFailure() -> TLSOutcome {
    if unsafe window.pointee.isStarved { return .needsInput }
    if isClosedByPeer { return .closed }
    return .failed(unsafe TLSFailure(of: ssl))
  }

  /// A fatal alert counts as the end of the peer's sending too, but puts the session back into
  /// the state of an unfinished handshake, as every failure does.
  private var isClosedByPeer: Bool {
    unsafe isEstablished && SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0
  }
}
