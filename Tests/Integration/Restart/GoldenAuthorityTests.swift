import Foundation
import TesseraCrypto
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraWire
import Testing

/// A data directory that a real authority wrote, with every kind of record: committed, and must be
/// served by every version to come as it was then.
///
/// It was written once by `write`, which stays here to say what is in it. Beside it is a list of
/// its tokens' values, each with the verdict on it at the moment of its last change.
@Suite struct GoldenAuthorityTests {
  private static let golden =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden/authority-1").path
  private static let list = golden + "/verdicts.txt"

  /// A token's value, and the verdict on it.
  private struct Line: Equatable {
    var value: String
    var verdict: String

    init(_ value: String, _ verdict: String) {
      self.value = value
      self.verdict = verdict
    }

    init(_ line: Substring) {
      let parts = line.split(separator: "\t")
      self.init(String(parts[0]), String(parts[1]))
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["TESSERA_WRITE_GOLDEN"] != nil))
  func `write the golden directory anew`() throws {
    let authority = try TestAuthority { $0.confirmChanges = false }
    let admin = try authority.admin()
    let records = try EveryRecord(admin) { try authority.connect() }
    _ = try admin.call(SnapshotRequest())
    _ = try admin.call(SetPasswordRequest("bob", password: Secret("another long password")))
    _ = try admin.call(PurgeRequest(endedBefore: .latest))
    let (lost, kept) = (try admin.issue(.client), try admin.issue(.frontend))
    _ = try admin.call(SnapshotRequest())
    _ = try admin.call(RevokeRequest(.ids([lost.id]), reason: "after the snapshot"))
    authority.stop()
    let values = records.values + [lost.value, kept.value]
    let engine = try open(authority.directory.data)
    let lines = values.map { "\($0.text)\t\(verdict($0.text, engine))" }
    try? FileManager.default.removeItem(atPath: GoldenAuthorityTests.golden)
    try FileManager.default.createDirectory(
      atPath: GoldenAuthorityTests.golden, withIntermediateDirectories: true)
    for name in ["authority", "journal", "snapshots"] {
      try FileManager.default.copyItem(
        atPath: "\(authority.directory.data)/\(name)",
        toPath: "\(GoldenAuthorityTests.golden)/\(name)")
    }
    Files.write(lines.joined(separator: "\n").utf8, to: GoldenAuthorityTests.list)
  }

  /// A copy, since a start writes to it.
  private func copy() throws -> TemporaryDirectory {
    let directory = TemporaryDirectory()
    try FileManager.default.copyItem(atPath: GoldenAuthorityTests.golden, toPath: directory.data)
    return directory
  }

  private func open(_ path: String) throws -> Engine {
    try Authority(DataDirectory(opening: path, on: PosixDisk())).engine
  }

  private func verdict(_ value: String, _ engine: Engine) -> String {
    let bytes = Array(value.utf8)
    let reader = engine.makeReader()
    reader.enter()
    defer { reader.leave() }
    return reader.validate(
      unsafe SHA256.digest(of: bytes.span.bytes), Question(kinds: .all), for: .unlimited,
      now: engine.lastMoment
    ).verdict.name
  }

  private func expectWhole(_ engine: Engine) throws {
    let text = try #require(Files.text(GoldenAuthorityTests.list))
    let lines = text.split(separator: "\n").map { Line($0) }
    #expect(lines.map { Line($0.value, verdict($0.value, engine)) } == lines)
    #expect(Set(lines.map(\.verdict)).isSuperset(of: ["ALLOWED", "REVOKED", "OWNER_INACTIVE"]))
    let tokens = engine.records(after: nil, limit: .max).map(\.record)
    #expect(Set(tokens.map(\.kind)) == [.admin, .personal, .client, .frontend, .service])
    let users = engine.users(after: nil, limit: .max)
    #expect(users.map(\.id) == ["ada", "bob", "root"])
    #expect(users.map { $0.password != nil } == [true, true, false])
    for type in RegistryType.allCases { #expect(!engine.entries(type, limit: .max).isEmpty) }
    #expect(engine.idempotencyEntries().count == 1)
    let kinds = Set(engine.events(after: nil, limit: .max / 2).map(\.kind))
    #expect(kinds == Set(EventKind.allCases))
  }

  @Test(arguments: 0...2)
  func `it loads as it was, whichever of its snapshots are left`(removed: Int) throws {
    let directory = try copy()
    let snapshots = directory.data + "/snapshots"
    for name in Files.names(in: snapshots).suffix(removed) {
      try FileManager.default.removeItem(atPath: "\(snapshots)/\(name)")
    }
    try expectWhole(try open(directory.data))
  }

  @Test func `it is served, and changed`() throws {
    let directory = try copy()
    var authority = try Authority(DataDirectory(opening: directory.data, on: PosixDisk()))
    let value = TokenValue.make(prefix: "*:*.")
    let now = Timestamp(microseconds: SystemClock.wallMicroseconds())
    _ = try authority.issueRootToken(value, command: "test", now: now)
    try authority.close()
    let engine = try open(directory.data)
    #expect(verdict(String(decoding: value, as: UTF8.self), engine) == "ALLOWED")
  }
}
