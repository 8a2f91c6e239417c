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

  package init() {}

  package static func += (a: inout Tally, b: Tally) {
    a.runs += b.runs
    a.crashes += b.crashes
    a.starts += b.starts
    a.changes += b.changes
    a.snapshots += b.snapshots
    a.startsCut += b.startsCut
  }
}
