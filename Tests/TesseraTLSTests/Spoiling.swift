import COpenSSL

@testable import TesseraTLS

extension TLSSession {
  /// Has the next record go out under a new key, and asks the peer for the same.
  mutating func updateKeys() {
    let result = unsafe SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
    precondition(result == 1)
  }
}

extension PEMSource {
  /// Leaves an error in the thread's queue, as a careless library does.
  static func leaveAnError() {
    let bio = unsafe BIO_new(BIO_s_mem())
    defer { unsafe _ = BIO_free(bio) }
    let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil)
    precondition(unsafe certificate == nil && ERR_peek_error() != 0)
  }
}
