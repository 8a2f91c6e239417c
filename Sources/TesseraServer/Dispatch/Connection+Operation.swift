import TesseraEngine
import TesseraModel
import TesseraWire

/// Snapshot and backups: what operators ask of the running authority.
extension Connection {
  mutating func snapshot(
    _ call: Admission<SnapshotRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let (ticket, _) = try begin(call.header, &core)
    let work = CommitWork.snapshotNow(reply(ticket, core))
    try requireTaken(core.services.commits.put(work), ticket)
  }

  mutating func beginBackup(
    _ call: Admission<BeginBackupRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let (ticket, _) = try begin(call.header, &core)
    let work = CommitWork.beginBackup(core.services.backups, reply(ticket, core))
    try requireTaken(core.services.commits.put(work), ticket)
  }

  mutating func readBackup(
    _ call: Admission<ReadBackupRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try query(.backup(.read(call.request)), call, &core)
  }

  mutating func endBackup(
    _ call: Admission<EndBackupRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try query(.backup(.end(call.request.backup)), call, &core)
  }
}
