import TesseraModel
import TesseraSystem
import TesseraWire

/// A connection of its own on which snapshots are asked for, beside those that are measured. It
/// never waits, so that the thread that measures can look after it.
struct SnapshotAsker: ~Copyable {
  private var poller: Poller
  private let lane: Lane

  init(to peer: Peer) throws {
    var poller = try Poller()
    lane = try Lanes.open(1, to: peer, depth: 1, &poller).all[0]
    self.poller = poller
  }

  /// - Precondition: what was asked for before is written.
  mutating func ask() throws {
    lane.connection.outbound.appendFrame(
      .request(.snapshot, call: lane.calls.begin(dueAt: 0)), SnapshotRequest())
    try lane.connection.flush(poller)
  }

  /// Whether the snapshot that was asked for is written.
  mutating func isWritten() throws -> Bool {
    try poller.wait(timeoutMilliseconds: 0)
    while let event = poller.nextEvent() {
      guard event.isReadable, try lane.connection.receive() else { continue }
      let calls = lane
      try lane.connection.takeAnswers { header, payload throws in
        guard header.status == .ok else {
          throw BenchFailure.wrong("Snapshot: \(describeFailure(header.status, payload))")
        }
        _ = calls.calls.end(header.call)
      }
    }
    return lane.calls.isEmpty
  }
}
