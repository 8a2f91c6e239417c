import Foundation
import SimulatedMachine
import Simulation
import Testing

/// The seed from `TESSERA_SEED`, or a new one; printed, so that a failure can be repeated.
private func announcedSeed() -> UInt64 {
  let given = ProcessInfo.processInfo.environment["TESSERA_SEED"].flatMap { UInt64($0) }
  let seed = given ?? .random(in: 0..<1 << 48)
  print("TESSERA_SEED=\(seed)")
  return seed
}

@Suite struct SimulationTests {
  /// A share of what the executable does at length.
  @Test func `nothing acknowledged is lost, and nothing revoked comes back`() throws {
    let campaign = Campaign(
      firstSeed: announcedSeed(), extent: .crashes(1_000), threads: 2)
    let result = try campaign.run()
    #expect(result.violation == nil, "\(result.violation.map { "\($0)" } ?? "")")
    #expect(result.tally.crashes >= 1_000)
    // The runs are worth something only if they change much, and start often.
    #expect(result.tally.changes > result.tally.runs * 5)
    #expect(result.tally.snapshots > 0)
    #expect(result.tally.starts > 500)
  }

  @Test func `one seed makes one run`() {
    let seed = announcedSeed()
    let first = Simulation.run(.init(seed: seed))
    let second = Simulation.run(.init(seed: seed))
    #expect(first.digest == second.digest)
    #expect(first.tally.crashes == second.tally.crashes)
    #expect(first.digest != Simulation.run(.init(seed: seed &+ 1)).digest)
  }
}

/// That the simulator can fail: what it is there to find, it finds.
@Suite struct SeededFaultTests {
  /// Calls that a change to the code might leave out, by what they make durable.
  @Test(
    arguments: [
      // A batch, and the end of a segment.
      (DiskCall.fdatasync, ".segment"),
      // A new segment, before it has its name; a snapshot, likewise.
      (.fdatasync, ".segment.partial"), (.fdatasync, ".snapshot.partial"),
      // The names of segments, of snapshots, of the authority.
      (.fsync, "/journal"), (.fsync, "/snapshots"), (.fsync, "/data"),
    ])
  func `a synchronisation that is left out is noticed`(call: DiskCall, suffix: String) {
    expectViolation { $0.pretences = [DiskPretence(call, of: suffix)] }
  }

  /// By its checksum: what the payload says may be as wrong and look as right.
  @Test func `a disk that flips a bit of a payload is noticed by the checksum`() {
    expectViolation("checksum does not match") { $0.corruptsData = true }
  }

  @Test func `a change that is visible before it is durable is noticed`() {
    expectViolation("before it is durable") { $0.appliesEarly = true }
  }

  /// Some of the first seeds shows a violation that tells of `what`, and always the same one.
  private func expectViolation(
    _ what: String = "", _ change: (inout Simulation.Options) -> Void
  ) {
    for seed in UInt64(1)...40 {
      var options = Simulation.Options(seed: seed)
      change(&options)
      let outcome = Simulation.run(options)
      guard let violation = outcome.violation else { continue }
      guard what.isEmpty || violation.what.contains(what) else {
        print("seed \(seed), something else: \(violation.what)")
        continue
      }
      print("seed \(seed), \(outcome.tally.crashes) crashes: \(violation.what)")
      #expect(violation.seed == seed && !violation.trace.isEmpty)
      #expect(Simulation.run(options).digest == outcome.digest)
      return
    }
    Issue.record("nothing was noticed in 40 runs")
  }
}
