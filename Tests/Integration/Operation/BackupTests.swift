import Glibc
import Synchronization
import Testing
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraWire

/// A copy of a running authority starts, and holds what was acknowledged before it was begun.
@Suite struct BackupTests {
  private let copies = TemporaryDirectory()

  /// Reads a backup that was begun into a directory, as a client in any language would.
  private func read(
    _ begun: BeginBackupResponse, into path: String, on client: TestClient
  ) throws {
    for folder in [path, "\(path)/journal", "\(path)/snapshots"] { unsafe mkdir(folder, 0o700) }
    for (index, file) in begun.files.enumerated() {
      var bytes: [UInt8] = []
      while bytes.count < file.size {
        let request = ReadBackupRequest(
          begun.backup, file: UInt32(index), offset: UInt64(bytes.count))
        let part = try client.call(request).data
        try #require(!part.isEmpty && part.count <= Limits.backupReadBytes)
        bytes += part
      }
      #expect(bytes.count == file.size)
      Files.write(bytes, to: "\(path)/\(file.name)")
    }
  }

  private func inspect(_ path: String) throws -> Inspection {
    try DirectoryView(of: path, on: PosixDisk()).inspect()
  }

  @Test func `a backup taken while writers issue and revoke holds what was acknowledged before`()
    throws
  {
    let authority = try TestAuthority {
      $0.segmentBytes = 1 << 14
      $0.snapshotJournalBytes = 1 << 16
    }
    let admin = try authority.admin()
    let writing = Writing()
    let first = try writing.start(on: authority)
    let second = try writing.start(on: authority)
    let third = try writing.start(on: authority)
    for round in 0..<5 {
      try eventually("writers write") {
        _ = try admin.call(HealthRequest())
        return writing.acknowledged.withLock { $0.count } > 150 * (round + 1)
      }
      let before = writing.acknowledged.withLock { $0 }
      let begun = try admin.call(BeginBackupRequest())
      let path = copies.file("copy-\(round)")
      try read(begun, into: path, on: admin)
      _ = try admin.call(EndBackupRequest(begun.backup))

      let found = try inspect(path)
      #expect(found.isIntact, "\(found)")
      let copy = try Authority(DataDirectory(opening: path, on: PosixDisk()))
      let (engine, torn) = (copy.engine, copy.recovery.tornTail)
      #expect(torn == nil)
      #expect(engine.revision == begun.revision)
      for (id, isRevoked) in before {
        let record = engine.token(id)
        #expect(record != nil)
        if isRevoked { #expect(record?.revocation != nil) }
      }
    }
    for _ in 0..<2 { _ = try admin.call(SnapshotRequest()) }
    writing.isOver.store(true, ordering: .relaxed)
    first.join()
    second.join()
    third.join()
    #expect(writing.failures.withLock { $0 } == [])
    authority.stop()
    #expect(Files.names(in: "\(authority.directory.data)/snapshots").count == 2)
    #expect(
      Files.names(in: copies.file("copy-4")) == ["LOCK", "authority", "journal", "snapshots"])
  }

  @Test func `files that are removed meanwhile can be read to their end`() throws {
    let authority = try TestAuthority { $0.segmentBytes = 4096 }
    let admin = try authority.admin()
    for _ in 0..<30 { _ = try admin.issue(.client) }
    let begun = try admin.call(BeginBackupRequest())
    #expect(begun.files.count > 3)
    for _ in 0..<2 {
      _ = try admin.issue(.client)
      _ = try admin.call(SnapshotRequest())
    }
    let kept = Files.names(in: "\(authority.directory.data)/journal")
    #expect(!kept.contains("00000000000000000001.segment"))
    try read(begun, into: copies.file("copy"), on: admin)
    #expect(try inspect(copies.file("copy")).isIntact)
  }

  @Test func `two are read at a time, and one that was ended is no more`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let first = try admin.call(BeginBackupRequest())
    let second = try admin.call(BeginBackupRequest())
    #expect(first.backup != second.backup)
    #expect(first.files == second.files)
    #expect(try admin.refusal(of: BeginBackupRequest()).code == .resourceExhausted)
    _ = try admin.call(EndBackupRequest(first.backup))
    #expect(try admin.refusal(of: EndBackupRequest(first.backup)).code == .notFound)
    let gone = try admin.refusal(of: ReadBackupRequest(first.backup, file: 0, offset: 0))
    #expect(gone.code == .notFound && gone.field == "backup")
    _ = try admin.call(BeginBackupRequest())
    let read = ReadBackupRequest(second.backup, file: UInt32(second.files.count), offset: 0)
    #expect(try admin.refusal(of: read).code == .outOfRange)
    let beyond = ReadBackupRequest(second.backup, file: 0, offset: .max)
    #expect(try admin.call(beyond).data.isEmpty)
  }

  @Test func `a snapshot is written when it is asked for, and holds what was made before`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let issued = try admin.issue(.client)
    #expect(try admin.call(SnapshotRequest()).revision == issued.revision)
    let name = String(issued.revision.rawValue)
    let file = "\(String(repeating: "0", count: 20 - name.count))\(name).snapshot"
    #expect(Files.names(in: "\(authority.directory.data)/snapshots") == [file])
    // Nothing is new, and nobody waits for what is there.
    #expect(try admin.call(SnapshotRequest()).revision == issued.revision)
    // Many at once, with changes between them: each answer covers what came before its question.
    var asked: [(CallNumber, Revision)] = []
    for _ in 0..<8 {
      let revision = try admin.issue(.client).revision
      asked.append((try admin.start(SnapshotRequest()), revision))
    }
    for (call, revision) in asked {
      #expect(try admin.finish(call, SnapshotRequest.self).revision >= revision)
    }
  }

  @Test func `a snapshot that cannot be written is refused, and the authority goes on`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let admin = try authority.admin()
    _ = try admin.issue(.client)
    disk.writeError = ENOSPC
    let refusal = try admin.refusal(of: SnapshotRequest())
    #expect(refusal.code == .unavailable && refusal.message.contains("log"))
    disk.writeError = nil
    let issued = try admin.issue(.client)
    #expect(try admin.call(SnapshotRequest()).revision == issued.revision)
  }
}

/// What writers change, each on a thread and a connection of its own.
private final class Writing: Sendable {
  /// What was acknowledged, by id: whether it was revoked.
  let acknowledged = Mutex<[TokenID: Bool]>([:])
  let failures = Mutex<[String]>([])
  let isOver = Atomic(false)

  func start(on authority: TestAuthority) throws -> TesseraSystem.Thread {
    let (server, root, context) = (authority.server.address, authority.rootToken, authority.context)
    return try TesseraSystem.Thread(name: "writer") { [self] in
      do {
        let client = try TestClient(server, context)
        try client.shakeHands()
        _ = try client.call(AuthenticateRequest(token: root))
        while !isOver.load(ordering: .relaxed) { try change(client) }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
  }

  private func change(_ client: TestClient) throws {
    let issued = try client.issue(.client)
    acknowledged.withLock { $0[issued.id] = false }
    guard issued.revision.rawValue % 3 == 0 else { return }
    try client.revoke([issued.id])
    acknowledged.withLock { $0[issued.id] = true }
  }
}
