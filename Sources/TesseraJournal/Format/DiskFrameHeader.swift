import TesseraBytes
import TesseraModel
import TesseraSystem

/// The 24 bytes before the payload of every frame, in segments and snapshots alike.
///
/// | offset | size | field |
/// |---|---|---|
/// | 0 | 4 | length of the payload |
/// | 4 | 4 | kind |
/// | 8 | 8 | revision: of a batch's first entry, the next in a seal or an end; a block's place |
/// | 16 | 4 | checksum of the frame before, or the one in the file's header |
/// | 20 | 4 | CRC-32C of the authority id, the 20 bytes before, and the payload |
///
/// The checksum covers the one before it, so the checksums form a chain: a frame that was lost,
/// repeated or moved breaks it. Yet a frame can be checked alone, which tells a torn tail, after
/// which nothing whole can come, from damage in the middle.
struct DiskFrameHeader: Equatable {
  enum Kind: UInt32 {
    /// Changes that were made durable together.
    case batch = 1
    /// Empty: everything before it is durable, and was acknowledged.
    case seal = 2
    /// Empty: the segment is complete and the next one exists.
    case end = 3
    case snapshotBlock = 4
    case snapshotFooter = 5
  }

  var length: Int
  /// As it was read: a later version may have other kinds.
  var kindNumber: UInt32
  var revision: Revision
  var previous: CRC32C
  var checksum: CRC32C

  var kind: Kind? { Kind(rawValue: kindNumber) }

  static let byteCount = 24
  static let checkedBytes = 20

  /// - Precondition: at least `byteCount` bytes.
  init(reading bytes: borrowing RawSpan) {
    length = Int(bytes.load(littleEndianAt: 0, as: UInt32.self))
    kindNumber = bytes.load(littleEndianAt: 4)
    revision = Revision(rawValue: bytes.load(littleEndianAt: 8))
    previous = CRC32C(rawValue: bytes.load(littleEndianAt: 16))
    checksum = CRC32C(rawValue: bytes.load(littleEndianAt: 20))
  }

  /// Whether `frame`, a header and its payload, is what was written.
  static func isIntact(_ frame: borrowing RawSpan, seed: CRC32C) -> Bool {
    frame.load(littleEndianAt: checkedBytes) == checksum(of: frame, seed: seed).rawValue
  }

  /// The length of the whole and intact frame that begins at `bytes`; nil where there is none.
  static func intactFrame(at bytes: borrowing RawSpan, seed: CRC32C) -> Int? {
    guard bytes.byteCount >= byteCount else { return nil }
    let header = DiskFrameHeader(reading: bytes)
    let length = byteCount + header.length
    guard header.kind != nil, length <= bytes.byteCount,
      isIntact(bytes.extracting(0..<length), seed: seed)
    else { return nil }
    return length
  }

  /// The checksum of a header, but for the checksum's own place, and its payload.
  static func checksum(of frame: borrowing RawSpan, seed: CRC32C) -> CRC32C {
    seed
      .extended(over: frame.extracting(0..<checkedBytes))
      .extended(over: frame.extracting(byteCount..<frame.byteCount))
  }
}

extension ByteBuffer {
  /// Makes room for a frame's header at the end; the payload is appended next, then the frame is
  /// finished. Returns where it begins.
  mutating func beginFrame() -> Int {
    let start = count
    append([UInt8](repeating: 0, count: DiskFrameHeader.byteCount))
    return start
  }

  /// Writes the header of the frame that began at `start` and goes to the end of the buffer.
  /// Returns its checksum, which the next frame continues from.
  @discardableResult
  mutating func finishFrame(
    at start: Int, _ kind: DiskFrameHeader.Kind, _ revision: Revision, previous: CRC32C,
    seed: CRC32C
  ) -> CRC32C {
    let length = count - start - DiskFrameHeader.byteCount
    replace(at: start, littleEndian: UInt32(length))
    replace(at: start + 4, littleEndian: kind.rawValue)
    replace(at: start + 8, littleEndian: UInt32(truncatingIfNeeded: revision.rawValue))
    replace(at: start + 12, littleEndian: UInt32(truncatingIfNeeded: revision.rawValue >> 32))
    replace(at: start + 16, littleEndian: previous.rawValue)
    let checksum = DiskFrameHeader.checksum(of: bytes.extracting(start..<count), seed: seed)
    replace(at: start + DiskFrameHeader.checkedBytes, littleEndian: checksum.rawValue)
    return checksum
  }

  /// Appends a frame without payload.
  @discardableResult
  mutating func appendEmptyFrame(
    _ kind: DiskFrameHeader.Kind, _ revision: Revision, previous: CRC32C, seed: CRC32C
  ) -> CRC32C {
    let start = beginFrame()
    return finishFrame(at: start, kind, revision, previous: previous, seed: seed)
  }
}
