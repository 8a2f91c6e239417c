import Glibc
import TesseraClient
import TesseraSystem

/// A daemon whose disk is filled by what it is asked to do, and then given room again.
struct FullDiskRun: Sendable {
  let program: String
  /// Where the small disk is mounted.
  let disk: String
  let revocations: Int
  private let ledger = SharedLedger()
  private var random: SplitMix64
  private(set) var validations = Validations()
  private(set) var refused = 0
  private(set) var issuedBefore = 0
  private(set) var resumed: Duration = .zero
  private(set) var findings = Findings()
  private(set) var reason = ""

  init(program: String, disk: String, revocations: Int, seed: UInt64) {
    self.program = program
    self.disk = disk
    self.revocations = revocations
    random = SplitMix64(seed: seed)
  }

  /// Snapshots would take room too, and give some back: what fills the disk here is the journal
  /// alone.
  private static let settings = [
    "TESSERAD_JOURNAL_SEGMENT_MEBIBYTES": "4", "TESSERAD_JOURNAL_RESERVE_MEBIBYTES": "2",
    "TESSERAD_SNAPSHOTS_INTERVAL_SECONDS": "86400", "TESSERAD_SNAPSHOTS_JOURNAL_MEBIBYTES": "65536",
  ]
  private static let ballastBytes = 8 << 20
  private static let writers = 8
  private static let validators = 4
  /// How many changes are refused before the disk counts as full, and how long is waited for that
  /// and for service to resume.
  private static let refusals = 200
  private static let patience: Duration = .seconds(60)

  private var ballast: String { "\(disk)/ballast" }

  mutating func run() async throws {
    try FullDiskRun.write(FullDiskRun.ballastBytes, to: ballast)
    let daemon = try Daemon(program, data: "\(disk)/data", FullDiskRun.settings)
    let address = try await daemon.address()
    try await withEach(FullDiskRun.writers, daemon, address) { ledger, client, _ in
      for _ in 0..<250 { try await FullDiskRun.issue(ledger, client) }
    }
    issuedBefore = ledger.count
    let checks = try startValidations(daemon, address)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await fillAndMakeRoom(daemon, address))
    } catch {
      outcome = .failure(error)
    }
    checks.cancel()
    validations = await checks.value
    try outcome.get()
    try daemon.stop()
    try await checkAfterRestart()
  }

  private mutating func fillAndMakeRoom(_ daemon: Daemon, _ address: String) async throws {
    let client = try daemon.client(address)
    refused = try await fill(daemon, address)
    let health = try await client.health()
    reason = health.reason
    guard health.status == .readOnly else {
      throw TortureFailure.wrong("the disk is full, and health says \(health.status as Any)")
    }
    try await revokeWhileFull(client)
    refused += try await fill(daemon, address)

    guard unsafe unlink(ballast) == 0 else {
      throw SystemError("unlink", errno: errno, subject: ballast)
    }
    let clock = ContinuousClock()
    let start = clock.now
    // Nobody asks for a change: it must notice by itself.
    while try await client.health().status != .serving {
      guard clock.now - start < FullDiskRun.patience else {
        throw TortureFailure.wrong("there is room, and service does not resume")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    resumed = clock.now - start
    for _ in 0..<100 { try await FullDiskRun.issue(ledger, client) }
    await client.close()
  }

  /// Issues tokens until so many were refused for want of room; how many were.
  private func fill(_ daemon: Daemon, _ address: String) async throws -> Int {
    let share = FullDiskRun.refusals / FullDiskRun.writers
    try await withEach(FullDiskRun.writers, daemon, address) { ledger, client, _ in
      var refused = 0
      while refused < share {
        do {
          try await FullDiskRun.issue(ledger, client)
        } catch TesseraError.refused(let refusal) where refusal.code == .resourceExhausted {
          refused += 1
        }
      }
    }
    return share * FullDiskRun.writers
  }

  private func revokeWhileFull(_ client: TesseraClient) async throws {
    var random = random
    for _ in 0..<revocations {
      guard let index = ledger.chooseToRevoke(using: &random) else { return }
      let report = try await client.revoke([ledger[index].id])
      guard report.outcomes.first?.result == .revoked else {
        throw TortureFailure.wrong("a token that is held was not revoked")
      }
      ledger.set(index, .revoked)
    }
  }

  private static func issue(_ ledger: SharedLedger, _ client: TesseraClient) async throws {
    let text = String(repeating: "x", count: Limits.descriptionBytes)
    let issued = try await client.issue(Writer.request("torture", description: text))
    guard let id = issued.token.id, let value = issued.value else {
      throw TortureFailure.wrong("an issue is answered without the token's id or value")
    }
    ledger.add(KnownToken(id: id, value: value))
  }

  private mutating func startValidations(
    _ daemon: Daemon, _ address: String
  ) throws -> Task<Validations, Never> {
    let ledger = ledger
    let clients = try (0..<FullDiskRun.validators).map { _ in try daemon.client(address) }
    let seeds = clients.map { _ in random.next() }
    return Task {
      await withTaskGroup(of: Validations.self) { group in
        for (client, seed) in zip(clients, seeds) {
          group.addTask { await Validations.run(ledger, with: client, seed: seed) }
        }
        var sum = Validations()
        for await found in group { sum += found }
        return sum
      }
    }
  }

  private mutating func checkAfterRestart() async throws {
    let daemon = try Daemon(program, data: "\(disk)/data", FullDiskRun.settings)
    let client = try daemon.client(try await daemon.address())
    var tokens = ledger.tokens
    findings = try await Findings.check(&tokens, with: client)
    await client.close()
    try daemon.stop()
  }

  /// Runs `body` so many times at once, each with a connection of its own.
  private func withEach(
    _ count: Int, _ daemon: Daemon, _ address: String,
    _ body: @escaping @Sendable (SharedLedger, TesseraClient, Int) async throws -> Void
  ) async throws {
    let ledger = ledger
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count {
        let client = try daemon.client(address)
        group.addTask { try await body(ledger, client, number) }
      }
      try await group.waitForAll()
    }
  }

  private static func write(_ count: Int, to path: String) throws(SystemError) {
    let zeros = [UInt8](repeating: 0, count: count)
    try unsafe SmallFile.write(zeros.span.bytes, to: path, .new)
  }

  var summary: String {
    let seconds = Double(resumed.components.attoseconds) / 1e18 + Double(resumed.components.seconds)
    return """
      validations \(validations.right + validations.wrong), wrong \(validations.wrong)
      issues acknowledged \(ledger.count), refused with RESOURCE_EXHAUSTED \(refused); revocations \
      accepted on the full disk \(revocations)
      resumed \(Int(seconds * 1000)) ms after room was made
      after a restart \(findings.checked) checked: lost \(findings.lost), revived \(findings.revived)
      """
  }
}
