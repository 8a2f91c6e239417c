import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// Writes a snapshot of `state`, which holds the changes up to `revision`.
@discardableResult
func writeSnapshot<D: Disk>(
  _ plan: SnapshotPlan<D>, of state: State, through revision: Revision? = nil,
  at time: Timestamp = Timestamp(microseconds: 5)
) throws(JournalError) -> SnapshotSummary {
  var writer = try SnapshotWriter(plan)
  for entry in state.registry.values { try writer.append(entry) }
  for user in state.users.values { try writer.append(user) }
  for (id, record) in state.tokens {
    try writer.append(record, usage: state.usage[id] ?? .none)
  }
  for entry in state.idempotency.values { try writer.append(entry) }
  for event in state.events { try writer.append(event) }
  return try writer.finish(
    through: revision ?? plan.coveredRevision, highestTime: time)
}

@Suite struct SnapshotTests {
  let data = "/data"

  /// A journal of single changes with a snapshot after each of the revisions in `snapshots`.
  func disk(
    _ count: UInt64, snapshots: [UInt64], segmentBytes: Int = 900
  ) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: segmentBytes, on: disk) { journal in
      for revision in 1...count {
        try journal.append([Samples.entry(revision)])
        if snapshots.contains(revision) {
          let state = State.after(Samples.entries(1...revision))
          journal.note(try writeSnapshot(journal.snapshotPlan(), of: state))
        }
      }
    }
    return disk
  }

  func expected(_ count: UInt64) -> State { .after(Samples.entries(1...count)) }

  func files(_ disk: SimulatedDisk, _ suffix: String) -> [String] {
    disk.paths.filter { $0.hasSuffix(suffix) }
  }

  @Test func `a snapshot and the journal after it give what the journal alone gives`() throws {
    for covered in UInt64(1)...20 {
      let opened = try Opened.read(data, on: try disk(20, snapshots: [covered]))
      #expect(opened.state.settled == expected(20))
      #expect(opened.report.snapshot == Revision(rawValue: covered))
      #expect(opened.report.entries == Int(20 - covered))
      #expect(opened.state.replayed == Array(Samples.entries(1...20).dropFirst(Int(covered))))
    }
  }

  @Test func `a snapshot of many blocks comes back whole`() throws {
    var random = SeededGenerator.announced()
    let disk = SimulatedDisk()
    var state = State()
    for number in UInt64(1)...3_000 {
      let usage = Samples.usages[Int(number) % Samples.usages.count]
      state.restore(Samples.record(number), usage: usage)
      if number % 7 == 0 { state.restore(Samples.idempotency(number)) }
      state.restore(Event(Samples.entry(number)))
    }
    for _ in 0..<50 { state.restore(Samples.randomRecord(using: &random), usage: .none) }
    for entry in Samples.edgeEntries { state.restore(entry) }
    for user in Samples.edgeUsers { state.restore(user) }
    for number in UInt64(0)..<1_000 {
      var user = Samples.randomUser(using: &random)
      user.id = UserID(unchecked: "user-\(number)")
      state.restore(user)
    }
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...1))
      let summary = try writeSnapshot(journal.snapshotPlan(), of: state)
      #expect(summary.records == counts(state))
      #expect(summary.bytes == disk[files(disk, ".snapshot")[0]]!.count)
      #expect(summary.bytes > FormatLimits.blockBytes * 4)
    }
    let opened = try Opened.read(data, on: disk)
    #expect(opened.state == state)
    #expect(opened.report.records == counts(state))
    #expect(counts(state).users > 1_000 && counts(state).registryEntries > 30)
  }

  private func counts(_ state: State) -> RecordCounts {
    var counts = RecordCounts()
    counts.registryEntries = state.registry.count
    counts.users = state.users.count
    counts.tokens = state.tokens.count
    counts.idempotencyEntries = state.idempotency.count
    counts.events = state.events.count
    return counts
  }

  @Test func `what a snapshot does not hold does not exist, whatever the sink began with`() throws {
    var initial = State()
    initial.restore(.project(.init("default")))
    let without = try disk(3, snapshots: [])
    let kept = try Opened.read(data, on: without, from: initial).state
    #expect(kept.registry == initial.registry)
    let with = try disk(3, snapshots: [3])
    let replaced = try Opened.read(data, on: with, from: initial).state
    #expect(replaced.registry == [:])
    #expect(replaced == expected(3))
  }

  @Test func `records are given back in the order of their parts`() throws {
    struct Order: RecoverySink {
      var calls: [String] = []
      mutating func beginSnapshot() { calls.append("begin") }
      mutating func restore(_ entry: RegistryEntry) { calls.append(entry.key.text) }
      mutating func restore(_ user: consuming UserRecord) { calls.append(user.id.text) }
      mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {
        calls.append("\(record.name) \(usage.uses)")
      }
      mutating func restore(_ entry: IdempotencyEntry) { calls.append("key") }
      mutating func restore(_ event: consuming Event) {
        calls.append("event \(event.revision.rawValue)")
      }
      mutating func replay(_ entry: consuming JournalEntry) {
        calls.append("replay \(entry.revision.rawValue)")
      }
    }
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...2))
      var writer = try SnapshotWriter(journal.snapshotPlan())
      try writer.append(.project(.init("shop")))
      try writer.append(.role(Samples.role(1)))
      try writer.append(Samples.user(1))
      try writer.append(Samples.record(1), usage: .none)
      try writer.append(Samples.record(2), usage: TokenUsage(uses: 5))
      try writer.append(Samples.idempotency(1))
      for entry in Samples.entries(1...2) { try writer.append(Event(entry)) }
      _ = try writer.finish(through: journal.lastRevision, highestTime: journal.highestTime)
      try journal.append(Samples.entries(3...3))
    }
    var order = Order()
    _ = try Journal(opening: DataDirectory(opening: data, on: disk), into: &order)
    #expect(
      order.calls == [
        "begin", "shop", "Release Manager", "anna", "ci-runner-1 0", "ci-runner-2 5", "key",
        "event 1", "event 2", "replay 3",
      ])
  }

  @Test func `changes made while a snapshot is written are all there`() throws {
    var random = SeededGenerator.announced()
    for _ in 0..<20 {
      let disk = SimulatedDisk()
      try withJournal(data, segmentBytes: 2_000, on: disk) { journal in
        var state = State()
        var revision: UInt64 = 0
        func change(_ count: Int) throws {
          for _ in 0..<count {
            revision += 1
            let entry = Samples.entry(revision)
            try journal.append([entry])
            state.apply(entry)
          }
        }
        try change(.random(in: 1...40, using: &random))
        var writer = try SnapshotWriter(journal.snapshotPlan())
        // Each record as it is when its turn comes; those made meanwhile may be left out.
        for key in state.registry.keys.shuffled(using: &random) {
          if let entry = state.registry[key] { try writer.append(entry) }
          try change(.random(in: 0...3, using: &random))
        }
        for id in state.users.keys {
          if let user = state.users[id] { try writer.append(user) }
          try change(.random(in: 0...3, using: &random))
        }
        for id in state.tokens.keys.shuffled(using: &random) {
          if let record = state.tokens[id] { try writer.append(record, usage: .none) }
          try change(.random(in: 0...2, using: &random))
        }
        for key in state.idempotency.keys.shuffled(using: &random) {
          try writer.append(state.idempotency[key]!)
          try change(.random(in: 0...1, using: &random))
        }
        for event in state.events {
          try writer.append(event)
          try change(.random(in: 0...1, using: &random))
        }
        let summary = try writer.finish(
          through: journal.lastRevision, highestTime: journal.highestTime)
        journal.note(summary)
        try change(.random(in: 0...5, using: &random))
        let replayed = State.after(Samples.entries(1...revision))
        #expect(replayed == state)
      }
      let opened = try Opened.read(data, on: disk.copy())
      let last = opened.report.lastRevision.rawValue
      #expect(opened.state.settled == expected(last))
      #expect(opened.report.highestTime == Samples.entry(last).at)
    }
  }

  @Test func `two generations are kept, and the segments that the older one needs`() throws {
    let disk = try disk(60, snapshots: [10, 20, 30, 40])
    #expect(
      files(disk, ".snapshot") == [
        "/data/snapshots/00000000000000000030.snapshot",
        "/data/snapshots/00000000000000000040.snapshot",
      ])
    let firsts = files(disk, ".segment").compactMap {
      Layout.revision(in: String($0.dropFirst("/data/journal/".count)), suffix: "segment")
    }
    #expect(firsts.count > 3)
    // The first that is kept holds change 31, the second does not begin before it.
    #expect(firsts[0].rawValue <= 31 && firsts[0].rawValue > 1)
    #expect(firsts[1].rawValue > 31)
    #expect(try Opened.read(data, on: disk).state.settled == expected(60))
  }

  @Test func `a first snapshot removes no segment`() throws {
    let with = try disk(30, snapshots: [30])
    let without = try disk(30, snapshots: [])
    #expect(files(with, ".segment") == files(without, ".segment"))
  }

  @Test func `a flipped bit in the newest snapshot falls back to the one before`() throws {
    let disk = try disk(10, snapshots: [4, 7])
    let newest = files(disk, ".snapshot")[1]
    for bit in 0..<disk[newest]!.count * 8 {
      let flipped = disk.copy()
      flipped[newest]![bit / 8] ^= 1 << (bit % 8)
      let opened = try Opened.read(data, on: flipped)
      #expect(opened.report.snapshot == Revision(rawValue: 4))
      #expect(opened.report.damagedSnapshots.map(\.file) == [newest])
      #expect(opened.state.settled == expected(10))
      #expect(flipped[newest] == nil && flipped[newest + ".bad"] != nil)
    }
  }

  @Test func `a snapshot cut short anywhere does not count`() throws {
    let disk = try disk(10, snapshots: [4, 7])
    let newest = files(disk, ".snapshot")[1]
    for size in 0..<disk[newest]!.count {
      let cut = disk.copy()
      cut[newest] = Array(cut[newest]!.prefix(size))
      let opened = try Opened.read(data, on: cut)
      #expect(opened.report.snapshot == Revision(rawValue: 4))
      #expect(opened.state.settled == expected(10))
    }
  }

  @Test func `without a good snapshot the whole journal is replayed, or the start stops`() throws {
    let whole = try disk(14, snapshots: [9])
    whole[files(whole, ".snapshot")[0]]![70] ^= 1
    #expect(try Opened.read(data, on: whole).state.replayed == Samples.entries(1...14))

    let trimmed = try disk(40, snapshots: [10, 20, 30])
    for path in files(trimmed, ".snapshot") { trimmed[path]![70] ^= 1 }
    let error = #expect(throws: JournalError.self) { try Opened.read(data, on: trimmed) }
    #expect("\(try #require(error))".contains("the changes from revision 1 on"))
  }

  @Test func `a damaged older snapshot saves the segments it no longer covers`() throws {
    let disk = try disk(20, snapshots: [5, 10])
    let before = files(disk, ".segment")
    disk[files(disk, ".snapshot")[1]]![70] ^= 1
    try withJournal(data, on: disk) { journal in
      // The start has set the damaged one aside; now the older of the two goes bad as well.
      disk[files(disk, ".snapshot")[0]]![70] ^= 1
      let summary = try writeSnapshot(journal.snapshotPlan(), of: expected(20))
      #expect(summary.removed == [])
    }
    #expect(files(disk, ".segment") == before)
    #expect(try Opened.read(data, on: disk).state.settled == expected(20))
  }

  @Test func `a journal that ends before what a snapshot saw stops the start`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...5))
      let plan = journal.snapshotPlan()
      try journal.append(Samples.entries(6...9))
      try writeSnapshot(plan, of: expected(7), through: Revision(rawValue: 9))
    }
    let segment = files(disk, ".segment")[0]
    #expect(try Opened.read(data, on: disk.copy()).state.settled == expected(9))
    disk[segment]!.removeLast()
    let error = #expect(throws: JournalError.self) { try Opened.read(data, on: disk) }
    #expect("\(try #require(error))".contains("revision 9"))
    #expect(disk.paths.allSatisfy { !$0.contains("torn") })
  }

  @Test func `a snapshot that is let go of leaves nothing behind`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...5))
      let before = disk.paths
      for call: DiskCall in [.pwrite, .fdatasync, .rename, .fsync] {
        disk.fail(.init(call: call, after: call == .pwrite ? 1 : 0))
        #expect(throws: JournalError.self) {
          try writeSnapshot(journal.snapshotPlan(), of: expected(5))
        }
        // Whether a name is durable that could not be synchronised is not known; it may stay.
        if call != .fsync { #expect(disk.paths == before) }
      }
      do {
        var writer = try SnapshotWriter(journal.snapshotPlan())
        try writer.append(Samples.record(1), usage: .none)
      }
      #expect(disk.paths.allSatisfy { !$0.hasSuffix(".partial") })
      #expect(journal.failure == nil)
      try journal.append(Samples.entries(6...6))
    }
    #expect(try Opened.read(data, on: disk).state.settled == expected(6))
  }

  @Test func `what is read back otherwise than written is no snapshot`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...5))
      disk.corruptsData = true
      #expect(throws: JournalError.self) {
        try writeSnapshot(journal.snapshotPlan(), of: expected(5))
      }
      #expect(files(disk, ".snapshot") == [])
    }
  }

  @Test func `bytes are counted from the newest snapshot`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...5))
      let plan = journal.snapshotPlan()
      let before = journal.bytesSinceSnapshot
      #expect(before > 500)
      try journal.append(Samples.entries(6...6))
      let added = journal.bytesSinceSnapshot - before
      #expect(added > 0)
      journal.note(try writeSnapshot(plan, of: expected(5)))
      #expect(journal.bytesSinceSnapshot == added)
    }
  }
}
