/// How much was simulated.
package struct Tally: Sendable {
  package var runs = 0
  /// Machines that stopped, each with a random part of what was not durable.
  package var crashes = 0
  /// Starts that came to serve.
  package var starts = 0
  /// Changes that were settled.
  package var changes = 0
  package var snapshots = 0
  /// Starts that a fault or a crash cut short.
  package var startsCut = 0
  /// Segments that were followed by another.
  package var rotations = 0
  /// Starts from the older of two snapshots, the newest being damaged.
  package var fallbacks = 0
  /// Starts that served from the older of two, since a read of the newest failed.
  package var unreadSnapshots = 0
  /// Starts that cut what a crash had left of a batch.
  package var tornEnds = 0
  /// Starts that were refused since the clock was behind, and those by a clock that was accepted.
  package var clockRefusals = 0
  package var clocksAccepted = 0
  /// Starts on a disk without room.
  package var fullStarts = 0
  /// Changes that were refused for want of room.
  package var roomRefusals = 0
  /// Revocations that were written to the reserve, their batch having been refused.
  package var reserveRevocations = 0

  package init() {}

  /// What a run of any length must have come to, by name.
  package var occurrences: [(name: String, count: Int)] {
    [
      ("snapshots finished", snapshots), ("rotations", rotations),
      ("fallbacks to an older snapshot", fallbacks),
      ("snapshots that were not given back", unreadSnapshots), ("torn ends", tornEnds),
      ("refusals for want of room", roomRefusals),
      ("revocations from the reserve", reserveRevocations),
      ("starts refused for the clock", clockRefusals), ("clocks accepted", clocksAccepted),
      ("starts without room", fullStarts),
    ]
  }

  package static func += (a: inout Tally, b: Tally) {
    a.runs += b.runs
    a.crashes += b.crashes
    a.starts += b.starts
    a.changes += b.changes
    a.snapshots += b.snapshots
    a.startsCut += b.startsCut
    a.rotations += b.rotations
    a.fallbacks += b.fallbacks
    a.unreadSnapshots += b.unreadSnapshots
    a.tornEnds += b.tornEnds
    a.clockRefusals += b.clockRefusals
    a.clocksAccepted += b.clocksAccepted
    a.fullStarts += b.fullStarts
    a.roomRefusals += b.roomRefusals
    a.reserveRevocations += b.reserveRevocations
  }
}
