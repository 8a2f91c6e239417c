import TesseraBytes
import TesseraModel
import TesseraSystem

/// Writes a snapshot record by record, while changes go on: it holds one block at a time.
///
/// Each record is given once, as it was at some moment between the making of the plan and `finish`;
/// the changes made meanwhile are in the journal, and replaying them corrects the picture. Until
/// they are replayed a record may name another that the snapshot does not hold.
public struct SnapshotWriter<D: Disk>: ~Copyable {
  let plan: SnapshotPlan<D>
  let partial: String
  let file: DiskFile<D>
  private let seed: CRC32C
  private var chain: CRC32C
  var footer = SnapshotFooter()
  /// That of the last record.
  private var part = SnapshotPart.registry
  private var block = ByteBuffer(capacity: FormatLimits.blockBytes * 2)
  private(set) var size = FileHeader.byteCount
  private var durableSize = 0
  /// What `finish` has done of it.
  var stage = Stage.records

  /// - Throws: `.disk`.
  public init(_ plan: SnapshotPlan<D>) throws(JournalError) {
    let partial = plan.path + Layout.partialSuffix
    let header = FileHeader(
      .snapshot, authority: plan.authority, chain: .empty, revision: plan.coveredRevision)
    let file = try attempt { () throws(SystemError) in
      do throws(SystemError) {
        var bytes = ByteBuffer()
        header.append(to: &bytes)
        let file = try DiskFile(partial, .create, on: plan.disk)
        try file.write(bytes.bytes, at: 0)
        return file
      } catch {
        try? plan.disk.remove(partial)
        throw error
      }
    }
    self.plan = plan
    self.partial = partial
    self.file = file
    seed = plan.authority.seed
    chain = header.checksum
    _ = block.beginFrame()
  }

  /// A snapshot that is let go of before it was finished leaves nothing behind; were this to fail,
  /// the next start would clear it away.
  deinit {
    if stage < .named { try? plan.disk.remove(partial) }
  }

  /// Appends one record, which `body` encodes.
  ///
  /// - Precondition: no record of a later part was appended.
  mutating func append(
    _ part: SnapshotPart, _ body: (inout ByteBuffer) -> Void
  ) throws(JournalError) {
    precondition(part >= self.part, "the parts of a snapshot come in order")
    self.part = part
    block.append(field: part.rawValue, body)
    footer.records[part] += 1
    if block.count >= FormatLimits.blockBytes { try writeBlock() }
  }

  /// The footer follows the last record, and all of it is made durable.
  mutating func complete(through revision: Revision, _ time: Timestamp) throws(JournalError) {
    precondition(revision >= plan.coveredRevision, "the snapshot covers what it cannot hold")
    if block.count > DiskFrameHeader.byteCount { try writeBlock() }
    footer.highestRevision = revision
    footer.highestTime = time
    footer.append(to: &block)
    try writeFrame(.snapshotFooter)
    try synchronize()
  }

  private mutating func writeBlock() throws(JournalError) {
    try writeFrame(.snapshotBlock)
    footer.blocks += 1
    if size - durableSize >= FormatLimits.snapshotSyncBytes { try synchronize() }
  }

  /// Writes what is in `block` and begins the next.
  private mutating func writeFrame(_ kind: DiskFrameHeader.Kind) throws(JournalError) {
    chain = block.finishFrame(
      at: 0, kind, Revision(rawValue: UInt64(footer.blocks)), previous: chain, seed: seed)
    do {
      try file.write(block.bytes, at: size)
    } catch {
      throw .disk(error)
    }
    size += block.count
    block.removeAll(keepingAtMost: FormatLimits.readBytes)
    _ = block.beginFrame()
  }

  private mutating func synchronize() throws(JournalError) {
    do {
      try file.synchronizeData()
    } catch {
      throw .disk(error)
    }
    durableSize = size
  }
}
