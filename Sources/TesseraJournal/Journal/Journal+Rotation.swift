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
extension Journal {
  /// - Throws: `.refused` where the old segment stays the one that is appended to, or `.ended`.
  mutating func rotate() throws(JournalError) {
    let layout = directory.layout
    let next = lastRevision.next
    let path = layout.segment(from: next)
    var end = ByteBuffer()
    let endChecksum = end.appendEmptyFrame(.end, next, previous: chain, seed: seed)
    let created = try create(
      path,
      FileHeader(
        .segment, authority: authority, chain: endChecksum, revision: next))
    do {
      try segment.write(end.bytes, at: durableSize)
    } catch {
      try takeBack(path)
      throw .refused(error)
    }
    try synchronize()
    segment = created
    durableSize = FileHeader.byteCount
    chain = endChecksum
    isSealed = false
  }

  /// A new segment that holds nothing but its header, durable under its name.
  private mutating func create(
    _ path: String, _ header: FileHeader
  ) throws(JournalError) -> DiskFile<D> {
    let partial = path + Layout.partialSuffix
    var bytes = ByteBuffer()
    header.append(to: &bytes)
    let file = try attempt(JournalError.refused) { () throws(SystemError) in
      let file = try DiskFile(partial, .create, on: directory.disk)
      try file.write(bytes.bytes, at: 0)
      return file
    }
    do {
      try file.synchronizeData()
      try directory.disk.rename(partial, to: path)
      try directory.disk.synchronizeDirectory(directory.layout.journal)
    } catch {
      throw end(error)
    }
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
