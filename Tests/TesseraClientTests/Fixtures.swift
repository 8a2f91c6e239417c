import Glibc
import TesseraTLS

enum TesseraTestCertificates {
  /// An authority that signed nothing here.
  static let stranger = DevelopmentCertificates.make().authority
}

/// A path where nothing is, for one test.
func temporaryPath(_ name: String) -> String {
  "\(P_tmpdir)/tessera-\(name)-\(getpid())-\(UInt64.random(in: 0 ... .max))"
}

func removeFile(_ path: String) { unsafe _ = unlink(path) }
