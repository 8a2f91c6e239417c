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
      try makeDirectory(data)
    } catch JournalError.exists {
      // It is opened, and read, when everything else is there.
    }
    if unsafe access(certificatePath(data), R_OK) != 0 || access(keyPath(data), R_OK) != 0 {
      try makeCertificates(data)
    }
  }

  private static func makeDirectory(_ data: String) throws {
    let directory = try DataDirectory(creating: data, on: PosixDisk())
    precondition(directory.path == data)
  }

  /// An authority without any change gets its first ADMIN token: it is new, or its making was
  /// interrupted, and a `root.token` that is there opens nothing.
  static func issueRootToken(
    in authority: inout Authority<PosixDisk>, _ configuration: DaemonConfiguration
  ) throws {
    guard authority.engine.revision == .zero else { return }
    _ = try RootToken.issue(
      to: rootTokenPath(configuration.server.dataDirectory), .replacing, command: "serve --dev",
      in: &authority)
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
