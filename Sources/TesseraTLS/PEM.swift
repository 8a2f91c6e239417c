import COpenSSL
import TesseraSystem

/// Certificates or a key in PEM, in a file or in memory.
public enum PEMSource: Sendable {
  case file(String)
  /// The name is what error messages call it.
  case bytes([UInt8], name: String)

  var name: String {
    switch self {
    case .file(let path): path
    case .bytes(_, let name): name
    }
  }
}

/// A certificate, key or option that no context can be made of: whose, and why.
public struct TLSConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or the name of what was given in memory.
  public let subject: String
  public let reason: String

  public var description: String { "\(subject): \(reason)" }
}

extension PEMSource {
  private func withContents<Result>(
    _ body: (OpaquePointer) throws(TLSConfigurationError) -> Result
  ) throws(TLSConfigurationError) -> Result {
    var contents: [UInt8]
    switch self {
    case .bytes(let bytes, _): contents = bytes
    case .file(let path):
      do { contents = try SmallFile.read(path) } catch {
        throw TLSConfigurationError(subject: path, reason: error.reason)
      }
    }
    defer {
      // It may have been a key.
      unsafe contents.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory") }
    defer { unsafe _ = BIO_free(bio) }
    let written = unsafe BIO_write(bio, contents, CInt(contents.count))
    precondition(Int(written) == max(contents.count, 0), "out of memory")
    OpenSSLErrors.clear()
    return try unsafe body(bio)
  }

  /// The certificates in the order they stand, at least one.
  func certificates() throws(TLSConfigurationError) -> [Certificate] {
    try unsafe withContents { (bio) throws(TLSConfigurationError) in
      var certificates: [Certificate] = []
      while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
        certificates.append(unsafe Certificate(owning: certificate))
      }
      let code = OpenSSLErrors.takeNewest()
      guard ERR_GET_LIB(code) == ERR_LIB_PEM, ERR_GET_REASON(code) == PEM_R_NO_START_LINE else {
        let place = "certificate \(certificates.count + 1) cannot be read"
        throw TLSConfigurationError(
          subject: name, reason: "\(place): \(OpenSSLErrors.reason(code))")
      }
      guard !certificates.isEmpty else {
        throw TLSConfigurationError(
          subject: name, reason: "holds no certificate; PEM is expected (BEGIN CERTIFICATE)")
      }
      return certificates
    }
  }

  /// The private key. The caller frees it.
  func privateKey() throws(TLSConfigurationError) -> OpaquePointer {
    try unsafe withContents { (bio) throws(TLSConfigurationError) in
      // Without a callback OpenSSL would ask for a password on the terminal.
      var isEncrypted = false
      let key = unsafe PEM_read_bio_PrivateKey(
        bio, nil,
        { _, _, _, isEncrypted in
          unsafe isEncrypted?.storeBytes(of: true, as: Bool.self)
          return -1
        }, &isEncrypted)
      if let key = unsafe key { return unsafe key }
      let reason = OpenSSLErrors.takeReason()
      throw TLSConfigurationError(
        subject: name,
        reason: isEncrypted
          ? "the private key is encrypted; give one that is not, readable by the daemon alone"
          : "holds no private key that can be read (\(reason)); PEM is expected "
            + "(BEGIN PRIVATE KEY)")
    }
  }
}

/// The owner of an X509.
@safe
final class Certificate {
  let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe X509_free(pointer) }
}

extension SystemError {
  /// The call and the kernel's words, without the subject, which stands before them already.
  var reason: String { SystemError(call, errno: errno).description }
}
