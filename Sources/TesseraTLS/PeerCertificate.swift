import COpenSSL

/// What a verified certificate says of its holder.
public struct PeerCertificate: Equatable, Sendable {
  /// The subject's common name; of several, the last, which is the most specific.
  public let commonName: String?
  /// SHA-256 of the certificate in DER: 32 bytes.
  public let fingerprint: [UInt8]
  /// The last second that it is valid for, counted from 1970.
  public let lastSecond: Int64
}

extension PeerCertificate {
  init(_ certificate: OpaquePointer) {
    var fingerprint = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let taken = unsafe X509_digest(certificate, EVP_sha256(), &fingerprint, &count)
    precondition(taken == 1, "out of memory")
    self.fingerprint = Array(fingerprint.prefix(Int(count)))
    commonName = unsafe PeerCertificate.commonName(of: certificate)
    // What was verified has an end that can be read.
    lastSecond = unsafe seconds(X509_get0_notAfter(certificate)) ?? 0
  }

  static func commonName(of certificate: OpaquePointer) -> String? {
    let subject = unsafe X509_get_subject_name(certificate)
    var last: CInt = -1
    while case let next = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, last),
      next >= 0
    {
      last = next
    }
    guard last >= 0, let entry = unsafe X509_NAME_get_entry(subject, last) else { return nil }
    return unsafe text(X509_NAME_ENTRY_get_data(entry))
  }
}

/// The string as text; nil where it is none, or holds a zero byte, by which one name has been
/// passed off as another.
private func text(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> String? {
  var utf8: UnsafeMutablePointer<UInt8>?
  let count = unsafe ASN1_STRING_to_UTF8(&utf8, string)
  guard count >= 0, let utf8 = unsafe utf8 else {
    OpenSSLErrors.clear()
    return nil
  }
  defer { unsafe CRYPTO_free(utf8, #fileID, #line) }
  let bytes = unsafe UnsafeBufferPointer(start: utf8, count: Int(count))
  guard unsafe !bytes.contains(0) else { return nil }
  return unsafe String(validating: bytes, as: UTF8.self)
}
