import Glibc
import Testing
import TesseraCrypto
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraWire

/// What a backup becomes when it is restored.
@Suite struct RestoreTests {
  private let directory = TemporaryDirectory()
  private var backup: String { directory.file("backup") }

  private func time(_ seconds: Int) -> Timestamp {
    Timestamp(microseconds: 1_800_000_000_000_000) + .seconds(seconds)
  }

  /// An authority with ADMIN tokens that were made a second apart, from `time(0)` on.
  private func makeBackup(_ count: Int) throws -> [TokenID] {
    var authority = try Authority(DataDirectory(creating: backup, on: PosixDisk()))
    var ids: [TokenID] = []
    for number in 0..<count {
      let value = TokenValue.make(prefix: "*:*.")
      ids.append(try authority.issueRootToken(value, command: "test", now: time(number)))
    }
    try authority.close()
    return ids
  }

  private func restore(
    to name: String, cutOff: Timestamp?
  ) throws -> (revoked: Int, engine: Engine) {
    var restoration = try Restoration(of: DirectoryView(of: backup, on: PosixDisk()))
    let revoked = cutOff.map { restoration.revoke(.madeBefore($0), now: time(1_000)) } ?? 0
    try restoration.write(
      to: NewDirectory(at: directory.file(name), on: PosixDisk()))
    #expect(try DirectoryView(of: directory.file(name), on: PosixDisk()).inspect().isIntact)
    return (revoked, try open(name).engine)
  }

  private func open(_ name: String) throws -> Authority<PosixDisk> {
    try Authority(DataDirectory(opening: directory.file(name), on: PosixDisk()))
  }

  private func contents() -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for folder in ["", "/journal", "/snapshots"] {
      for name in Files.names(in: backup + folder) {
        contents["\(folder)/\(name)"] = Files.read("\(backup)\(folder)/\(name)")
      }
    }
    return contents
  }

  @Test func `tokens from before the cut-off are revoked, those after are valid`() throws {
    let ids = try makeBackup(6)
    let before = contents()
    let (revoked, engine) = try restore(to: "restored", cutOff: time(4))
    #expect(revoked == 4)
    for (number, id) in ids.enumerated() {
      let record = try #require(engine.token(id))
      #expect((record.revocation != nil) == (number < 4))
      guard let revocation = record.revocation else { continue }
      #expect(revocation.by == .offline("restore"))
      #expect(revocation.reason.contains(time(4).text))
    }
    #expect(contents() == before, "the backup is as it was")
    #expect(engine.revision == Revision(rawValue: 1 << 40).next)
  }

  @Test func `revisions go on in another epoch, and nothing that was waived is revoked`() throws {
    let ids = try makeBackup(3)
    #expect(try restore(to: "first", cutOff: nil).engine.revision == Revision(rawValue: 1 << 40))
    var authority = try open("first")
    let value = TokenValue.make(prefix: "*:*.")
    _ = try authority.issueRootToken(value, command: "test", now: time(2_000))
    let engine = authority.engine
    #expect(engine.revision == Revision(rawValue: 1 << 40).next)
    #expect(engine.revision.epoch == 1)
    for id in ids { #expect(engine.token(id)?.revocation == nil) }
    try authority.close()

    // What was restored can be restored once more.
    var again = try Restoration(
      of: DirectoryView(of: directory.file("first"), on: PosixDisk()))
    #expect(again.revoke(.all, now: time(0)) == 4, "whatever the clock says")
    try again.write(to: NewDirectory(at: directory.file("second"), on: PosixDisk()))
    let second = try open("second").engine
    #expect(second.revision == Revision(rawValue: 2 << 40).next)
    #expect(ids.allSatisfy { second.token($0)?.revocation != nil })
    let identities = ["backup", "first", "second"].map {
      Files.read(directory.file("\($0)/authority"))
    }
    #expect(Set(identities).count == 3)
  }

  @Test func `a token that was regenerated since keeps its new value, and an overlap does not`()
    throws
  {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let old = try admin.issue(.client)
    let renewed = try admin.issue(.client)
    let overlapping = try admin.issue(.client)
    let now = Timestamp(microseconds: SystemClock.wallMicroseconds())
    let value = try #require(try admin.call(RegenerateRequest(renewed.id)).value)
    var request = RegenerateRequest(overlapping.id)
    request.overlap = .seconds(3600)
    _ = try admin.call(request)
    authority.stop()

    var restoration = try Restoration(
      of: DirectoryView(of: authority.directory.data, on: PosixDisk()))
    #expect(restoration.revoke(.madeBefore(now), now: now) == 3)
    try restoration.write(
      to: NewDirectory(at: directory.file("restored"), on: PosixDisk()))
    let engine = try open("restored").engine
    #expect(engine.token(old.id)?.revocation != nil)
    #expect(engine.token(overlapping.id)?.revocation != nil)
    #expect(engine.token(renewed.id)?.revocation == nil)
    let digest = unsafe SHA256.digest(of: value.bytes.span.bytes)
    #expect(engine.token(renewed.id)?.credentials.current == digest)
  }

  @Test func `a directory that holds anything is refused, and so is a damaged backup`() throws {
    _ = try makeBackup(3)
    unsafe mkdir(directory.file("taken"), 0o700)
    Files.write([1], to: directory.file("taken/mine"))
    let error = JournalError.notEmpty(directory: directory.file("taken"), entry: "mine")
    #expect(throws: error) {
      _ = try NewDirectory(at: directory.file("taken"), on: PosixDisk())
    }
    let segment = "\(backup)/journal/00000000000000000001.segment"
    var bytes = try #require(Files.read(segment))
    bytes[100] ^= 1
    Files.write(bytes, to: segment)
    let damage = #expect(throws: JournalError.self) {
      _ = try Restoration(of: DirectoryView(of: backup, on: PosixDisk()))
    }
    guard case .damaged = damage else {
      Issue.record("\(String(describing: damage))")
      return
    }
  }
}
