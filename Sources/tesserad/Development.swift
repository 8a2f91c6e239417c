import Glibc
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraTLS

/// What `serve --dev` makes where it is missing: an authority, `root.token`, and `tls/` with a
/// certificate and the authority that signed it, whose key is gone.
enum Development {
  static func certificatePath(_ data: String) -> String { "\(data)/tls/server.pem" }
  static func keyPath(_ data: String) -> String { "\(data)/tls/server.key" }
  static func authorityPath(_ data: String) -> String { "\(data)/tls/ca.pem" }
  static func rootTokenPath(_ data: String) -> String { "\(data)/root.token" }

  static func prepare(_ configuration: DaemonConfiguration) throws {
    let data = configuration.server.dataDirectory
    do {
      try makeAuthority(try DataDirectory(creating: data, on: PosixDisk()), data)
    } catch JournalError.exists {
      try makeAuthority(try DataDirectory(opening: data, on: PosixDisk()), data)
    }
    if unsafe access(certificatePath(data), R_OK) != 0 || access(keyPath(data), R_OK) != 0 {
      try makeCertificates(data)
    }
  }

  /// An authority without any change gets its first ADMIN token: it is new, or its making was
  /// interrupted, and a `root.token` that is there opens nothing.
  private static func makeAuthority(
    _ directory: consuming DataDirectory<PosixDisk>, _ data: String
  ) throws {
    var authority = try Authority(directory)
    if authority.engine.revision == .zero {
      _ = try RootToken.issue(
        to: rootTokenPath(data), .replacing, command: "serve --dev", in: &authority)
    }
    try authority.close()
  }

  private static func makeCertificates(_ data: String) throws {
    let made = DevelopmentCertificates.make()
    try PosixDisk().createDirectory("\(data)/tls")
    // The certificate comes last: without it all are made again.
    try SmallFile.write(unsafe made.authority.span.bytes, to: authorityPath(data), .replacing)
    try SmallFile.write(unsafe made.privateKey.span.bytes, to: keyPath(data), .replacing)
    try SmallFile.write(unsafe made.certificate.span.bytes, to: certificatePath(data), .replacing)
  }
}
