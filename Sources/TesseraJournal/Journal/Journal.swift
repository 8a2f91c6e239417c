import Synchronization
import TesseraBytes
import TesseraModel
import TesseraSystem

/// The authority's log of changes, open for more. One thread owns it.
///
/// A change counts once `append` returned. What is on disk is always a run of whole frames up to
/// `durableSize` in the last segment, and beyond it nothing that was acknowledged.
///
/// ```swift
/// var journal = try Journal(opening: directory, into: &engine)   // recovery
/// try journal.append(entries)                                    // durable when it returns
/// try journal.seal()                                             // on an orderly stop
/// var snapshot = try SnapshotWriter(journal.snapshotPlan())      // on another thread
/// ```
public struct Journal<D: Disk>: ~Copyable {
  public struct Configuration: Sendable {
    /// A segment that has reached this many bytes is followed by a new one.
    public var segmentBytes: Int
    /// Room on the disk that is kept for revocations; 0 for none.
    public var reserveBytes: Int
    public var clock: StartClock

    public init(
      segmentBytes: Int = 64 << 20, reserveBytes: Int = 16 << 20, clock: StartClock = .unchecked
    ) {
      self.segmentBytes = segmentBytes
      self.reserveBytes = reserveBytes
      self.clock = clock
    }
  }

  let directory: DataDirectory<D>
  let configuration: Configuration
  let seed: CRC32C
  /// What the start found.
  public let recovery: RecoveryReport

  // The segment that is appended to.
  var segment: DiskFile<D>
  var durableSize: Int
  /// Up to here room in the segment is written to or set aside.
  var roomEnd: Int
  /// Another segment follows when this one has reached this many bytes.
  var rotationBytes: Int
  /// Whether the last frame is a seal.
  var isSealed: Bool
  /// The checksum that the next frame continues from.
  var chain: CRC32C

  /// The revision of the last change that is durable.
  public internal(set) var lastRevision: Revision
  /// The highest time that was seen.
  public internal(set) var highestTime: Timestamp
  /// Bytes of frames after the newest snapshot's covered revision: what the next start would
  /// replay.
  public internal(set) var bytesSinceSnapshot: Int
  /// Whether the last attempt to set room aside for ordinary changes found too little of it.
  public internal(set) var lacksRoom = false
  /// Why the file system sets no room aside, where it cannot: then there is no reserve.
  public internal(set) var allocationFailure: SystemError?
  /// Why the last attempt to begin another segment did not: the one before goes on.
  public internal(set) var rotationFailure: SystemError?
  /// The failure that ended the journal, if one did.
  public internal(set) var failure: SystemError? {
    didSet { if failure != nil { fate.end() } }
  }
  let fate = JournalFate()

  /// The frame that is being made; kept for its memory.
  var frame = ByteBuffer()
  static var keptFrameBytes: Int { 1 << 20 }

  public var authority: AuthorityID { directory.authority }

  init(
    _ directory: consuming DataDirectory<D>, _ configuration: Configuration,
    _ position: consuming JournalPosition<D>, _ recovery: RecoveryReport
  ) {
    seed = directory.authority.seed
    self.configuration = configuration
    self.recovery = recovery
    chain = position.chain
    durableSize = position.size
    roomEnd = position.size
    rotationBytes = configuration.segmentBytes
    segment = position.segment
    isSealed = recovery.wasSealed
    lastRevision = recovery.lastRevision
    highestTime = recovery.highestTime
    bytesSinceSnapshot = recovery.replayedBytes
    self.directory = directory
  }
}

/// Whether the journal has ended, for those who write a snapshot meanwhile.
final class JournalFate: Sendable {
  private let ended = Atomic(false)

  var hasEnded: Bool { ended.load(ordering: .acquiring) }
  func end() { ended.store(true, ordering: .releasing) }
}

/// Where a journal goes on.
struct JournalPosition<D: Disk>: ~Copyable {
  let segment: DiskFile<D>
  let size: Int
  let chain: CRC32C

  init(_ segment: consuming DiskFile<D>, size: Int, chain: CRC32C) {
    self.segment = segment
    self.size = size
    self.chain = chain
  }
}
