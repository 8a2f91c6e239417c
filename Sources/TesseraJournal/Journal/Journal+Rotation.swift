import TesseraBytes
import TesseraModel
import TesseraSystem

// A segment is followed by another in three steps, so that a missing last segment can be noticed:
//   1. the new segment, its header and its name are made durable; the header continues from the
//      checksum that the old segment's end will have;
//   2. the end is appended to the old segment and made durable;
//   3. the new segment is appended to.
// A crash between 1 and 2 leaves an empty last segment that continues from an end which is not
// there: recovery writes it. An end without a next segment is damage.
//
// The new segment has its room, with the reserve, before the old one's is given back: there is
// always a reserve.
extension Journal {
  /// Where the next segment cannot be had, for want of room or of a descriptor, the old one goes on
  /// and has room of its own, perhaps.
  ///
  /// - Throws: `.ended`.
  mutating func rotateIfDue() throws(JournalError) {
    guard durableSize >= rotationBytes else { return }
    do {
      try rotate()
      rotationBytes = configuration.segmentBytes
      rotationFailure = nil
    } catch {
      guard case .refused(let failure) = error else { throw error }
      rotationFailure = failure
      rotationBytes = durableSize + configuration.segmentBytes / 8
    }
  }

  /// - Throws: `.refused` where the old segment stays the one that is appended to, or `.ended`.
  private mutating func rotate() throws(JournalError) {
    let layout = directory.layout
    let next = lastRevision.next
    let path = layout.segment(from: next)
    var end = ByteBuffer()
    let endChecksum = end.appendEmptyFrame(.end, next, previous: chain, seed: seed)
    var createdRoomEnd = FileHeader.byteCount
    let created = try create(
      path, FileHeader(.segment, authority: authority, chain: endChecksum, revision: next),
      &createdRoomEnd)
    do {
      try segment.write(end.bytes, at: durableSize)
    } catch {
      try takeBack(path)
      throw .refused(error)
    }
    try synchronize()
    // The old segment's room is given back; where that fails, it is with the segment.
    try? segment.truncate(to: durableSize + end.count)
    segment = created
    durableSize = FileHeader.byteCount
    roomEnd = createdRoomEnd
    chain = endChecksum
    isSealed = false
  }

  /// A new segment that holds nothing but its header, durable under its name, and has room up to
  /// `roomEnd`.
  private mutating func create(
    _ path: String, _ header: FileHeader, _ roomEnd: inout Int
  ) throws(JournalError) -> DiskFile<D> {
    let disk = directory.disk
    let partial = path + Layout.partialSuffix
    let file: DiskFile<D>
    do throws(SystemError) {
      file = try begin(partial, header, &roomEnd)
    } catch {
      // It would keep the room it has. Where it stays, the next start removes it.
      try? disk.remove(partial)
      throw .refused(error)
    }
    do {
      try file.synchronizeData()
    } catch {
      throw end(error)
    }
    do throws(SystemError) {
      try disk.rename(partial, to: path)
    } catch  where error.isDiskFull {
      // For want of room in the directory, which is then as it was.
      guard let segments = try? directory.layout.segments(on: disk),
        !segments.contains(header.revision)
      else { throw end(error) }
      try? disk.remove(partial)
      throw .refused(error)
    } catch {
      throw end(error)
    }
    do {
      try disk.synchronizeDirectory(directory.layout.journal)
    } catch {
      throw end(error)
    }
    return file
  }

  private mutating func begin(
    _ partial: String, _ header: FileHeader, _ roomEnd: inout Int
  ) throws(SystemError) -> DiskFile<D> {
    let file = try DiskFile(partial, .create, on: directory.disk)
    if allocationFailure == nil {
      do throws(SystemError) {
        roomEnd = try setAside(
          upTo: FileHeader.byteCount + DiskFrameHeader.byteCount + configuration.reserveBytes,
          ahead: stepBytes, from: 0, in: file)
      } catch  where error.isUnsupported {
        allocationFailure = error
      }
    }
    var bytes = ByteBuffer()
    header.append(to: &bytes)
    try file.write(bytes.bytes, at: 0)
    return file
  }

  /// Cuts what was written of the end, then removes the new segment: the old one goes on. Not the
  /// other way round, since a crash in between would leave an end that nothing follows, which is
  /// what a missing segment looks like.
  private mutating func takeBack(_ path: String) throws(JournalError) {
    try removeRemains()
    do {
      try directory.disk.remove(path)
      try directory.disk.synchronizeDirectory(directory.layout.journal)
    } catch {
      throw end(error)
    }
  }
}
