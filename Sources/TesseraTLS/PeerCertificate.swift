import COpenSSL

/// What a verified certificate says of its holder.
public struct PeerCertificate: Equatable, Sendable {
  /// The subject's common name; of several, the last, which is the most specific.
  public let commonName: String?
  /// The subject's alternative names, by their kind, in their order.
  public let dnsNames: [String]
  public let emailAddresses: [String]
  public let uris: [String]
  /// SHA-256 of the certificate in DER: 32 bytes.
  public let fingerprint: [UInt8]
}

extension PeerCertificate {
  init(_ certificate: OpaquePointer) {
    var fingerprint = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let taken = unsafe X509_digest(certificate, EVP_sha256(), &fingerprint, &count)
    precondition(taken == 1, "out of memory")
    self.fingerprint = Array(fingerprint.prefix(Int(count)))
    commonName = unsafe PeerCertificate.commonName(of: certificate)

    var (dns, emails, uris): ([String], [String], [String]) = ([], [], [])
    let extensionNames = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil)
    let names = unsafe extensionNames.map { OpaquePointer($0) }
    defer { unsafe GENERAL_NAMES_free(names) }
    for index in 0..<max(0, unsafe tessera_sk_GENERAL_NAME_num(names)) {
      guard let name = unsafe tessera_sk_GENERAL_NAME_value(names, index) else { continue }
      switch unsafe name.pointee.type {
      case GEN_DNS: unsafe text(name.pointee.d.dNSName).map { dns.append($0) }
      case GEN_EMAIL: unsafe text(name.pointee.d.rfc822Name).map { emails.append($0) }
      case GEN_URI: unsafe text(name.pointee.d.uniformResourceIdentifier).map { uris.append($0) }
      default: break
      }
    }
    dnsNames = dns
    emailAddresses = emails
    self.uris = uris
  }

  private static func commonName(of certificate: OpaquePointer) -> String? {
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
