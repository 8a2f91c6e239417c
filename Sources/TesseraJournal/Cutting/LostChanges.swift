import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

/// Changes that would be cut, as far as intact frames among what is cut still tell of them.
public struct LostChanges: Equatable, Sendable {
  /// From the first that is lost to the last that can still be read, or that a snapshot was to hold
  /// which is set aside; nil where none is known of. Those between them that cannot be read are
  /// lost too.
  public internal(set) var revisions: ClosedRange<Revision>?
  /// How many of them can be read.
  public internal(set) var readable = 0
  /// How many of those revoke tokens, and how many tokens they revoke. What they revoked is valid
  /// again.
  public internal(set) var revocations = 0
  public internal(set) var revokedTokens: [TokenID] = []
  /// Tokens that got another value: the one before counts again.
  public internal(set) var regeneratedTokens: [TokenID] = []
  /// How many of them changed what somebody may do, or a password, and so may have taken it away.
  public internal(set) var restrictions = 0
  /// Tokens that are revoked in a snapshot that is set aside, by changes that cannot be read.
  public internal(set) var tokensRevokedInSnapshots: [TokenID] = []
  /// Bytes that are in no intact frame: how many more changes they held cannot be known.
  public internal(set) var unreadableBytes = 0
  /// Bytes that are in no intact frame either, and held only changes that are kept all the same: a
  /// snapshot has them, and what comes after these bytes is not later than the first that is lost.
  public internal(set) var unreadableKeptBytes = 0

  /// Whether nothing is known to be lost.
  public var isEmpty: Bool { revisions == nil && unreadableBytes == 0 }

  /// There were changes up to `last`.
  mutating func extend(to last: Revision, after kept: Revision) {
    guard last > kept else { return }
    revisions = kept.next...max(last, revisions?.upperBound ?? last)
  }

  /// Counts bytes in no intact frame, which then are none any more.
  ///
  /// - Parameter next: the first revision that can be read after them; every change in them came
  ///   before it. nil where nothing is known of that.
  mutating func add(unreadable bytes: inout Int, before next: Revision?, after kept: Revision) {
    if let next, next <= kept.next {
      unreadableKeptBytes += bytes
    } else {
      unreadableBytes += bytes
    }
    bytes = 0
  }

  mutating func add(_ entry: JournalEntry, after kept: Revision) {
    extend(to: entry.revision, after: kept)
    readable += 1
    switch entry.kind {
    case .tokenRevoked, .entryRemoved, .userRemoved: revocations += 1
    case .tokenUpdated, .entryUpdated, .userUpdated, .passwordChanged: restrictions += 1
    case .tokenIssued, .tokenImported, .tokenRegenerated, .tokenPurged, .entryCreated,
      .userCreated:
      break
    }
    switch entry.mutation {
    case .revokeTokens(let tokens, _): revokedTokens += tokens
    case .putToken(let record, _) where entry.kind == .tokenRegenerated:
      regeneratedTokens.append(record.id)
    default: break
    }
  }
}

extension DiskFrameHeader {
  /// Whether it is of a kind that stands in segments, each after all the changes before its
  /// revision.
  fileprivate var isOfJournal: Bool { kind == .batch || kind == .seal || kind == .end }
}

extension DirectoryView {
  func size(of path: String) throws(JournalError) -> Int {
    try attempt { () throws(SystemError) in try DiskFile(path, .read, on: disk).size() }
  }

  /// Adds what the intact frames of a segment hold from `offset` on, wherever they begin.
  func lose(
    _ first: Revision, of segments: [Revision], from offset: Int = 0, to lost: inout LostChanges,
    after kept: Revision
  ) throws(JournalError) {
    let path = layout.segment(from: first)
    var rest = ByteBuffer()
    try attempt { () throws(SystemError) in
      let file = try DiskFile(path, .read, on: disk)
      _ = try file.read(at: offset, upTo: try file.size() - offset, into: &rest)
    }
    var bytes = rest.bytes
    if offset == 0 { bytes = bytes.extracting(min(FileHeader.byteCount, bytes.byteCount)...) }
    var unreadable = 0
    while bytes.byteCount > 0 {
      guard let length = DiskFrameHeader.intactFrame(at: bytes, seed: authority.seed) else {
        unreadable += 1
        bytes = bytes.extracting(1...)
        continue
      }
      let frame = DiskFrameHeader(reading: bytes)
      if frame.isOfJournal {
        lost.add(unreadable: &unreadable, before: frame.revision, after: kept)
      }
      if frame.kind == .batch {
        for entry in entries(in: bytes.extracting(DiskFrameHeader.byteCount..<length))
        where entry.revision > kept {
          lost.add(entry, after: kept)
        }
      }
      bytes = bytes.extracting(length...)
    }
    if unreadable > 0 {
      let next = try followingSegment(first, of: segments)
      lost.add(unreadable: &unreadable, before: next, after: kept)
    }
  }

  /// The first revision of the next segment, where that can be believed.
  private func followingSegment(
    _ first: Revision, of segments: [Revision]
  ) throws(JournalError) -> Revision? {
    guard let next = segments.first(where: { $0 > first }) else { return nil }
    do {
      return try SegmentReplay(next, in: layout, authority: authority, on: disk).header.revision
    } catch {
      if case .disk = error { throw error }
      return nil
    }
  }

  /// The changes of a batch, up to one that this version cannot read.
  private func entries(in payload: borrowing RawSpan) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    do throws(WireError) {
      var batch = ProtoReader(copy payload)
      while let tag = try batch.next() {
        var message = try batch.message(tag, "entries")
        entries.append(try JournalEntry(reading: &message))
      }
    } catch {
      // An intact frame of a later version, whose changes are lost all the same.
    }
    return entries
  }
}
