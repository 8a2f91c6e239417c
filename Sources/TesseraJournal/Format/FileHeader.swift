import TesseraBytes
import TesseraModel
import TesseraSystem

/// The first 64 bytes of every file, in the same layout whatever the version.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 8 | magic: what the file is |
/// | 8 | 4 | format version |
/// | 12 | 16 | authority id |
/// | 28 | 4 | checksum that the first frame continues from |
/// | 32 | 8 | revision: a segment's first, a snapshot's covered one, 0 in the identity |
/// | 40 | 20 | software that wrote the file, UTF-8, padded with zeros |
/// | 60 | 4 | CRC-32C of the 60 bytes before |
struct FileHeader: Equatable {
  enum Kind: String, CaseIterable {
    case identity = "TSSRAUTH"
    case segment = "TSSRJRNL"
    case snapshot = "TSSRSNAP"
  }

  var kind: Kind
  var version = FormatVersion.current
  var authority: AuthorityID
  var chain: CRC32C
  var revision: Revision
  var software = FormatVersion.software

  static let byteCount = 64
  static let chainOffset = 28
  static let revisionOffset = 32
  private static let softwareBytes = 20
  private static let checkedBytes = 60

  func append(to buffer: inout ByteBuffer) {
    var header = ByteBuffer(capacity: FileHeader.byteCount)
    header.append(utf8: kind.rawValue)
    header.append(littleEndian: version.rawValue)
    header.append(littleEndian: authority.high)
    header.append(littleEndian: authority.low)
    header.append(littleEndian: chain.rawValue)
    header.append(littleEndian: revision.rawValue)
    let name = Array(software.utf8.prefix(FileHeader.softwareBytes))
    header.append(name + [UInt8](repeating: 0, count: FileHeader.softwareBytes - name.count))
    header.append(littleEndian: CRC32C(of: header.bytes).rawValue)
    buffer.append(header.bytes)
  }

  enum Fault: Error, Equatable {
    case tooShort
    case wrongMagic
    case wrongChecksum

    var description: String {
      switch self {
      case .tooShort: "the file is shorter than its header"
      case .wrongMagic: "the file does not begin as one of its kind does"
      case .wrongChecksum: "the header's checksum does not match"
      }
    }
  }

  /// Reads the header of a file that should be of `kind`. The version is not judged.
  init(_ kind: Kind, reading bytes: borrowing RawSpan) throws(Fault) {
    guard bytes.byteCount >= FileHeader.byteCount else { throw .tooShort }
    let magic = bytes.extracting(0..<8).array
    guard magic == Array(kind.rawValue.utf8) else { throw .wrongMagic }
    let checksum = CRC32C(of: bytes.extracting(0..<FileHeader.checkedBytes))
    guard bytes.load(littleEndianAt: FileHeader.checkedBytes) == checksum.rawValue else {
      throw .wrongChecksum
    }
    self.kind = kind
    version = FormatVersion(rawValue: bytes.load(littleEndianAt: 8))
    authority = AuthorityID(
      high: bytes.load(littleEndianAt: 12), low: bytes.load(littleEndianAt: 20))
    chain = CRC32C(rawValue: bytes.load(littleEndianAt: FileHeader.chainOffset))
    revision = Revision(rawValue: bytes.load(littleEndianAt: FileHeader.revisionOffset))
    let name = bytes.extracting(40..<FileHeader.checkedBytes).array.prefix { $0 != 0 }
    software = String(decoding: name, as: UTF8.self)
  }

  init(_ kind: Kind, authority: AuthorityID, chain: CRC32C, revision: Revision) {
    self.kind = kind
    self.authority = authority
    self.chain = chain
    self.revision = revision
  }

  /// What the frames of a snapshot continue from: its header, which so is part of the whole's
  /// checksum.
  var checksum: CRC32C {
    var bytes = ByteBuffer(capacity: FileHeader.byteCount)
    append(to: &bytes)
    return CRC32C(of: bytes.bytes)
  }
}
