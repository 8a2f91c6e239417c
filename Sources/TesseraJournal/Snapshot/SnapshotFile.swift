import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

/// A snapshot that is read.
///
/// It is first verified whole and then loaded: what is loaded cannot be taken back when the last
/// block turns out to be damaged. Where the disk does not give it back, that is damage as well:
/// there is another snapshot, or the journal, to go by.
struct SnapshotFile<D: Disk>: ~Copyable {
  let path: String
  let disk: D
  let header: FileHeader
  private let authority: AuthorityID

  /// Opens a snapshot and checks its header.
  init(_ path: String, on disk: D, authority: AuthorityID) throws(JournalError) {
    let bytes: [UInt8]
    do {
      bytes = try attemptRead(at: 0) { () throws(SystemError) in
        try DiskFile(path, .read, on: disk).beginning(FileHeader.byteCount)
      }
    } catch {
      throw error.isUnreadable ? .damaged(.unreadable(path, at: 0)) : error
    }
    let header = try FileHeader.checked(.snapshot, bytes, of: path)
    guard header.authority == authority else {
      throw .otherAuthority(file: path, header.authority)
    }
    self.header = header
    self.path = path
    self.disk = disk
    self.authority = authority
  }

  func size() throws(JournalError) -> Int {
    try attempt { () throws(SystemError) in try DiskFile(path, .read, on: disk).size() }
  }

  /// Checks every block and the whole against the footer. Nothing in the blocks is decoded.
  func verify() throws(JournalError) -> SnapshotFooter {
    try read { _ throws(WireError) in }
  }

  /// Gives every record to `sink`.
  func load(into sink: inout some RecoverySink & ~Copyable) throws(JournalError) -> SnapshotFooter {
    sink.beginSnapshot()
    var records = RecordCounts()
    let footer = try read { block throws(WireError) in
      var reader = ProtoReader(block)
      while let tag = try reader.next() {
        guard let part = SnapshotPart(rawValue: tag.number) else {
          throw unknown(tag, in: "SnapshotBlock")
        }
        var message = try reader.message(tag, "record")
        try sink.restore(part, reading: &message)
        records[part] += 1
      }
    }
    guard records == footer.records else {
      throw .damaged(Damage(path, at: 0, "it does not hold as many records as its footer says"))
    }
    return footer
  }

  /// Passes each block's payload to `body`; returns the footer, which must be the end.
  private func read(
    _ body: (borrowing RawSpan) throws(WireError) -> Void
  ) throws(JournalError) -> SnapshotFooter {
    let file = try attempt { () throws(SystemError) in try DiskFile(path, .read, on: disk) }
    var reader = try DiskFrameReader(
      file, from: FileHeader.byteCount, chain: header.checksum, seed: authority.seed)
    var blocks = 0
    while true {
      let start = reader.offset
      let frame: DiskFrameHeader
      let step: FrameStep
      do { step = try reader.next() } catch { throw damage(error, at: start) }
      switch step {
      case .end: throw damaged(at: start, "it ends without its footer")
      case .bad(let fault): throw damaged(at: start, fault.rawValue)
      case .frame(let next): frame = next
      }
      guard frame.revision.rawValue == UInt64(blocks) else {
        throw damaged(at: start, "block \(blocks) should be here")
      }
      do throws(WireError) {
        switch frame.kind {
        case .snapshotBlock:
          try body(reader.payload)
          blocks += 1
          continue
        case .snapshotFooter:
          let footer = try SnapshotFooter(reading: reader.payload)
          if footer.blocks == blocks, reader.offset == reader.size { return footer }
        default: break
        }
      } catch {
        throw .unsupported(
          file: path, version: header.version, software: header.software,
          detail: "in the block at offset \(start), \(error)")
      }
      throw damaged(at: start, "a block or the footer should be here, as the last frame")
    }
  }

  private func damage(_ error: JournalError, at offset: Int) -> JournalError {
    error.isUnreadable ? .damaged(.unreadable(path, at: offset)) : error
  }

  private func damaged(at offset: Int, _ what: String) -> JournalError {
    .damaged(Damage(path, at: offset, what))
  }
}
