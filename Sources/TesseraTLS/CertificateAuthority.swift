import COpenSSL

/// A certificate authority that lives as long as this value: its key is never written anywhere.
@safe
package struct CertificateAuthority: ~Copyable {
  private let key: OpaquePointer
  private let certificate: OpaquePointer

  /// What is asked of the authority.
  package struct Request {
    package enum Purpose: String {
      case server = "serverAuth"
      case client = "clientAuth"
    }

    package var commonName: String
    package var purpose: Purpose
    /// From when it is valid, counted from now: an hour ago, so that clocks need not agree to the
    /// second.
    package var startSeconds = -3600
    package var validSeconds: Int
    /// Alternative names as OpenSSL writes them: `DNS:localhost`, `IP:::1`, `URI:spiffe://a/b`.
    package var alternativeNames: [String] = []

    package init(
      commonName: String, purpose: Purpose, validDays: Int = 365, alternativeNames: [String] = []
    ) {
      self.commonName = commonName
      self.purpose = purpose
      validSeconds = validDays * 86_400
      self.alternativeNames = alternativeNames
    }
  }

  /// A certificate and its key, in PEM. The key is a secret.
  package struct Identity {
    package let certificate: [UInt8]
    package let privateKey: [UInt8]
  }

  package init(commonName: String, validDays: Int = 365) {
    let key = unsafe newKey()
    let certificate = unsafe newCertificate(commonName, validDays * 86_400)
    unsafe X509_set_issuer_name(certificate, X509_get_subject_name(certificate))
    unsafe X509_set_pubkey(certificate, key)
    unsafe add(
      [
        (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
        (NID_key_usage, "critical,keyCertSign,cRLSign"),
        (NID_subject_key_identifier, "hash"),
      ], to: certificate, issuer: certificate)
    unsafe sign(certificate, key)
    unsafe self.key = key
    unsafe self.certificate = certificate
  }

  deinit {
    unsafe EVP_PKEY_free(key)
    unsafe X509_free(certificate)
  }

  /// The authority's own certificate, in PEM.
  package var certificatePEM: [UInt8] { unsafe pem { unsafe PEM_write_bio_X509($0, certificate) } }

  /// A new key, and a certificate for it.
  package func issue(_ request: Request) -> Identity {
    let newKey = unsafe newKey()
    defer { unsafe EVP_PKEY_free(newKey) }
    let leaf = unsafe newCertificate(
      request.commonName, request.validSeconds, from: request.startSeconds)
    defer { unsafe X509_free(leaf) }
    unsafe X509_set_issuer_name(leaf, X509_get_subject_name(certificate))
    unsafe X509_set_pubkey(leaf, newKey)
    var extensions = [
      (NID_basic_constraints, "critical,CA:FALSE"),
      (NID_key_usage, "critical,digitalSignature"),
      (NID_ext_key_usage, request.purpose.rawValue),
      (NID_subject_key_identifier, "hash"),
      (NID_authority_key_identifier, "keyid:always"),
    ]
    if !request.alternativeNames.isEmpty {
      extensions.append((NID_subject_alt_name, request.alternativeNames.joined(separator: ",")))
    }
    unsafe add(extensions, to: leaf, issuer: certificate)
    unsafe sign(leaf, key)
    return Identity(
      certificate: unsafe pem { unsafe PEM_write_bio_X509($0, leaf) },
      privateKey: unsafe pem {
        unsafe PEM_write_bio_PKCS8PrivateKey($0, newKey, nil, nil, 0, nil, nil)
      })
  }
}

// The inputs of these calls are the program's own, so that only want of memory or of random bytes
// makes one fail.

private func newKey() -> OpaquePointer {
  guard let key = unsafe tessera_EVP_EC_gen("P-256") else { preconditionFailure("no key was made") }
  return unsafe key
}

/// A certificate with a random serial number and a subject.
private func newCertificate(
  _ commonName: String, _ validSeconds: Int, from startSeconds: Int = -3600
) -> OpaquePointer {
  guard let certificate = unsafe X509_new() else { preconditionFailure("out of memory") }
  // 2 stands for version 3.
  unsafe X509_set_version(certificate, 2)
  let serial = unsafe BN_new()
  defer { unsafe BN_free(serial) }
  let isRandom = unsafe BN_rand(serial, 159, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY)
  precondition(isRandom == 1, "the system has no random bytes: check its entropy source")
  unsafe _ = BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate))
  unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), startSeconds)
  unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), validSeconds)
  let added = unsafe X509_NAME_add_entry_by_NID(
    X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, Array(commonName.utf8),
    CInt(commonName.utf8.count), -1, 0)
  precondition(added == 1, "a common name has 1 to 64 characters")
  return unsafe certificate
}

private func add(
  _ extensions: [(nid: CInt, value: String)], to certificate: OpaquePointer, issuer: OpaquePointer
) {
  var context = unsafe X509V3_CTX()
  unsafe X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
  for (nid, value) in extensions {
    guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, nid, value) else {
      preconditionFailure("\(value): \(OpenSSLErrors.takeReason())")
    }
    unsafe X509_add_ext(certificate, made, -1)
    unsafe X509_EXTENSION_free(made)
  }
}

private func sign(_ certificate: OpaquePointer, _ key: OpaquePointer) {
  let size = unsafe X509_sign(certificate, key, EVP_sha256())
  precondition(size > 0, "the certificate was not signed")
}

private func pem(_ write: (OpaquePointer) -> CInt) -> [UInt8] {
  guard let bio = unsafe BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory") }
  defer { unsafe _ = BIO_free(bio) }
  let written = unsafe write(bio)
  precondition(written == 1, "out of memory")
  var start: UnsafeMutablePointer<CChar>?
  let count = unsafe tessera_BIO_get_mem_data(bio, &start)
  return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
}
