import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem

/// Records that are copied while the engine's lock is held.
private let snapshotSlice = 64

/// The engine's records as a snapshot holds them.
extension Engine {
  /// Writes a whole snapshot.
  func writeSnapshot<D: Disk>(_ plan: SnapshotPlan<D>) throws(JournalError) -> SnapshotSummary {
    noteSnapshotBegins()
    do throws(JournalError) {
      return try writeParts(plan)
    } catch {
      noteSnapshotFailed()
      throw error
    }
  }

  /// Part after part, in the order that the writer asks for.
  private func writeParts<D: Disk>(
    _ plan: SnapshotPlan<D>
  ) throws(JournalError) -> SnapshotSummary {
    var writer = try SnapshotWriter(plan)
    for type in RegistryType.allCases { try writeEntries(type, to: &writer) }
    try writeUsers(to: &writer)
    try writeTokens(to: &writer)
    for entry in idempotencyEntries() { try writer.append(entry) }
    try writeEvents(to: &writer)
    // Read after the last record: no change after it is in what was written.
    return try writer.finish(through: revision, highestTime: lastMoment)
  }

  private func writeEntries<D: Disk>(
    _ type: RegistryType, to writer: inout SnapshotWriter<D>
  ) throws(JournalError) {
    var last: String?
    while true {
      let entries = self.entries(type, after: last, limit: snapshotSlice)
      guard let final = entries.last else { return }
      for entry in entries { try writer.append(entry) }
      last = final.key.text
    }
  }

  private func writeUsers<D: Disk>(to writer: inout SnapshotWriter<D>) throws(JournalError) {
    var last: UserID?
    while true {
      let users = self.users(after: last, limit: snapshotSlice)
      guard let final = users.last else { return }
      for user in users { try writer.append(user) }
      last = final.id
    }
  }

  private func writeTokens<D: Disk>(to writer: inout SnapshotWriter<D>) throws(JournalError) {
    var last: TokenID?
    while true {
      let tokens = records(after: last, limit: snapshotSlice)
      guard let final = tokens.last else { return }
      for token in tokens { try writer.append(token.record, usage: token.usage) }
      last = final.record.id
    }
  }

  /// Those that were made while they are written too, so that none is missing of a change that is
  /// in what was written before.
  private func writeEvents<D: Disk>(to writer: inout SnapshotWriter<D>) throws(JournalError) {
    var last: Revision?
    while true {
      let events = self.events(after: last, limit: snapshotSlice)
      guard let final = events.last else { return }
      for event in events { try writer.append(event) }
      last = final.revision
    }
  }
}
