import TesseraClient
import TesseraSystem

/// A daemon that is killed, and what is known of it from outside.
struct KillRun: Sendable {
  let program: String
  let data: String
  let longestMilliseconds: Int64
  private let depth: Int
  /// As many for each connection as it has calls in flight.
  private var writers: [Writer] = []
  private var random: SplitMix64
  private(set) var kills = 0
  private(set) var killsWhileStarting = 0
  private(set) var killsInSnapshot = 0
  private(set) var findings = Findings()
  private var snapshots = 0
  private var tornTails = 0
  private var segments: Set<String> = []

  init(
    program: String, data: String, seed: UInt64, writers: Int, depth: Int,
    longestMilliseconds: Int64
  ) {
    self.program = program
    self.data = data
    self.longestMilliseconds = longestMilliseconds
    self.depth = depth
    random = SplitMix64(seed: seed)
    for _ in 0..<writers * depth { self.writers.append(Writer(seed: random.next())) }
  }

  private static let settings = [
    "TESSERAD_JOURNAL_SEGMENT_MEBIBYTES": "1", "TESSERAD_SNAPSHOTS_JOURNAL_MEBIBYTES": "1",
    "TESSERAD_SNAPSHOTS_INTERVAL_SECONDS": "1",
  ]

  /// Starts the daemon and kills it: as a rule after a while under load, else while it starts.
  mutating func round() async throws {
    let daemon = try Daemon(program, data: data, Self.settings)
    if kills > 0, Int.random(in: 0..<5, using: &random) == 0 {
      try await Task.sleep(for: .milliseconds(Int64.random(in: 0...100, using: &random)))
      killsWhileStarting += 1
      daemon.kill()
    } else {
      try await serve(daemon)
    }
    kills += 1
    snapshots += daemon.count(ofLines: "snapshot written")
    tornTails += daemon.count(ofLines: "the journal's end was torn")
    let isInSnapshot = names("snapshots").contains { $0.hasSuffix(".partial") }
    if isInSnapshot { killsInSnapshot += 1 }
    segments.formUnion(names("journal").filter { $0.hasSuffix(".segment") })
  }

  private mutating func serve(_ daemon: Daemon) async throws {
    let address = try await daemon.address()
    try await check(daemon, address)
    let time = Duration.milliseconds(Int64.random(in: 0...longestMilliseconds, using: &random))
    let depth = depth
    let before = writers
    writers = try await withThrowingTaskGroup(of: (Int, [Writer]).self) { group in
      for first in stride(from: 0, to: before.count, by: depth) {
        let client = try daemon.client(address)
        for index in first..<first + depth {
          group.addTask {
            var writer = before[index]
            try await writer.write(to: client)
            return (index, [writer])
          }
        }
      }
      group.addTask {
        try await Task.sleep(for: time)
        daemon.kill()
        return (0, [])
      }
      var after = before
      for try await (index, writer) in group {
        if let writer = writer.first { after[index] = writer }
      }
      return after
    }
  }

  /// A last start, to look at what was acknowledged before the last kill.
  mutating func finish() async throws {
    let daemon = try Daemon(program, data: data, Self.settings)
    try await check(daemon, try await daemon.address())
    try daemon.stop()
  }

  private mutating func check(_ daemon: Daemon, _ address: String) async throws {
    let client = try daemon.client(address, connections: 2)
    var found = Findings()
    for index in writers.indices { found += try await writers[index].check(with: client) }
    findings += found
    if found.lost + found.revived > 0 {
      say("after kill \(kills): \(found.lost) lost, \(found.revived) revived of \(found.checked)")
    }
    await client.close()
  }

  private func names(_ folder: String) -> [String] {
    (try? PosixDisk().entries(of: "\(data)/\(folder)")) ?? []
  }

  var summary: String {
    let tokens = writers.reduce(0) { $0 + $1.tokens.count }
    let revoked = writers.reduce(0) { $0 + $1.tokens.count { $0.state == .revoked } }
    let unanswered = writers.reduce(0) { $0 + $1.unanswered }
    return """
      kills \(kills): \(killsWhileStarting) while starting, \(killsInSnapshot) while a snapshot was \
      written; \(snapshots) snapshots, \(segments.count) segments, \(tornTails) torn ends
      acknowledged: \(tokens) issues, \(revoked) revocations; unanswered: \(unanswered)
      validated \(findings.checked) times: lost \(findings.lost), revived \(findings.revived)
      """
  }
}
