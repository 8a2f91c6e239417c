import TesseraBytes
import TesseraModel
import TesseraSystem

extension Journal {
  /// Makes changes durable, all of them or none: one frame, one write, one fdatasync.
  ///
  /// - Parameter room: whether the reserve may be used, which is for what a full disk must not hold
  ///   up.
  /// - Precondition: the revisions follow `lastRevision`, one by one.
  /// - Throws: `.refused` where the batch could not be written: nothing of it counts, and the next
  ///   may succeed. `.ended` where it cannot be known what is durable, then and ever after.
  ///   `.batchTooLarge`.
  public mutating func append(
    _ entries: [JournalEntry], to room: Room = .ordinary
  ) throws(JournalError) {
    if let failure { throw .ended(failure) }
    if entries.isEmpty { return }
    try encode(entries)
    if room == .ordinary { try rotateIfDue() }
    try makeRoom(for: frame.count, room)
    let checksum = frame.finishFrame(
      at: 0, .batch, lastRevision.next, previous: chain, seed: seed)
    try writeFrame()
    bytesSinceSnapshot += frame.count
    chain = checksum
    isSealed = false
    lastRevision = entries[entries.count - 1].revision
    for entry in entries { highestTime = max(highestTime, entry.at) }
  }

  /// Marks that everything before is durable and was acknowledged: damage there can no longer be
  /// taken for what a crash left. For an orderly stop, or a quiet moment; more may be appended.
  ///
  /// - Throws: `.refused` or `.ended`. Every change that was appended is durable all the same.
  public mutating func seal() throws(JournalError) {
    if let failure { throw .ended(failure) }
    if isSealed { return }
    frame.removeAll()
    let checksum = frame.appendEmptyFrame(.seal, lastRevision.next, previous: chain, seed: seed)
    try writeFrame()
    chain = checksum
    isSealed = true
  }

  /// Writes the frame at the end and makes it durable.
  private mutating func writeFrame() throws(JournalError) {
    do {
      try segment.write(frame.bytes, at: durableSize)
    } catch {
      try removeRemains()
      throw .refused(error)
    }
    try synchronize()
    durableSize += frame.count
  }

  private mutating func encode(_ entries: [JournalEntry]) throws(JournalError) {
    frame.removeAll(keepingAtMost: Journal.keptFrameBytes)
    _ = frame.beginFrame()
    var expected = lastRevision.next
    for entry in entries {
      precondition(entry.revision == expected, "revisions must follow each other without a gap")
      frame.append(element: entry)
      expected = expected.next
    }
    let bytes = frame.count - DiskFrameHeader.byteCount
    if bytes > FormatLimits.frameBytes { throw .batchTooLarge(bytes: bytes) }
  }

  /// Makes what was written durable. Where that fails, the kernel may have dropped the data and
  /// forgotten that it did: a second call would succeed and mean nothing.
  mutating func synchronize() throws(JournalError) {
    do {
      try segment.synchronizeData()
    } catch {
      throw end(error)
    }
  }

  /// Cuts what a failed write left, durably: a batch that was refused must not be found after a
  /// crash. Where that cannot be made sure of, the journal ends.
  ///
  /// Cutting gives back the room beyond the end, which may be gone then. So nothing is cut where
  /// nothing was written, as on a full disk.
  mutating func removeRemains() throws(JournalError) {
    do {
      if try segment.size() == durableSize { return }
      roomEnd = durableSize
      try segment.truncate(to: durableSize)
    } catch {
      throw end(error)
    }
    try synchronize()
    // Where this fails, the next batch asks again, and is told why.
    try? makeRoom(for: 0, .ordinary)
  }

  /// Ends the journal for good.
  mutating func end(_ error: SystemError) -> JournalError {
    failure = error
    return .ended(error)
  }
}
