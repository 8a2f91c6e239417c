import Glibc
import Testing
import TesseraModel
import TesseraTLS
import TesseraWire

@testable import tesserad

/// What callers see of a disk that failed for good.
@Suite struct FailedDiskTests {
  @Test func `after a failed sync no change is ever accepted, and validations go on`()
    async throws
  {
    let disk = try ControlledDisk()
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let authority = try TestAuthority(on: disk, journalEnds: end)
    let client = try authority.admin()
    let token = try client.issue(.client)

    disk.synchronizeError = EIO
    #expect(try client.refusal(of: TestClient.request(.client)).code == .unavailable)
    disk.synchronizeError = nil
    let syncs = disk.synchronizations
    for _ in 0..<3 {
      let refusal = try client.refusal(of: TestClient.request(.client))
      #expect(refusal.code == .unavailable)
      #expect(refusal.message.contains("restarted"))
      // A revocation that cannot be kept is no revocation.
      #expect(try client.refusal(of: RevokeRequest(.ids([token.id]))).code == .unavailable)
    }
    let health = try client.call(HealthRequest())
    #expect(health.status == .readOnly)
    #expect(health.reason.contains("restarted"))
    #expect(try client.verdict(token.value) == .allowed)
    #expect(try client.call(GetRequest(token.id)).token?.id == token.id)
    authority.stop()
    end.finish()
    #expect(await ends.reduce(0) { count, _ in count + 1 } == 1)
    #expect(disk.synchronizations == syncs)
  }

  @Test func `where that is asked for, a failed sync ends the daemon, when all was answered`()
    async throws
  {
    let disk = try ControlledDisk()
    let failure = DiskFailure()
    let authority = try TestAuthority(on: disk, diskFailure: failure)
    let running = try serve(authority, failure)
    let client = try authority.admin()
    let token = try client.issue(.client)
    disk.synchronizeError = EIO
    #expect(try client.refusal(of: TestClient.request(.client)).code == .unavailable)
    let error = await #expect(throws: DaemonFailure.self) { try await running.value }
    #expect(error?.exitCode == EX_IOERR)
    disk.synchronizeError = nil
    let next = try TestAuthority(after: authority, on: disk)
    #expect(try next.admin().verdict(token.value) == .allowed)
  }

  private func serve(
    _ authority: TestAuthority, _ failure: DiskFailure
  ) throws -> Task<Void, any Error> {
    let service = DaemonService(
      server: authority.server,
      source: ConfigurationSource(try DaemonFlags.parse([]), isDevelopment: true),
      certificates: CertificateWatch(
        CertificateWatch.Shown(file: "server.pem", certificates: []),
        logger: TestAuthority.logger),
      diskFailure: failure, supervisor: nil, logger: TestAuthority.logger)
    return Task { try await service.run() }
  }

  @Test func `a journal that cannot be closed is a failure of the disk, too`() throws {
    let disk = try ControlledDisk()
    let failure = DiskFailure()
    let authority = try TestAuthority(on: disk, diskFailure: failure)
    _ = try authority.admin().issue(.client)
    disk.synchronizeError = EIO
    #expect(!failure.hasCome)
    authority.stop()
    #expect(failure.hasCome)
  }

  /// The next segment cannot have its name, which a directory has: a call that fails for good in a
  /// process that is as everywhere.
  @Test(arguments: [true, false])
  func `a process whose disk fails ends with code 74, if that is asked for`(exits: Bool) throws {
    let directory = TemporaryDirectory()
    let daemon = try DaemonProcess.serve(
      directory,
      environment: [
        "TESSERAD_JOURNAL_SEGMENT_MEBIBYTES": "1",
        "TESSERAD_ON_DISK_FAILURE": exits ? "exit" : "serve",
      ])
    let client = try daemon.admin(directory)
    let revision = try fill(client)
    let name = String(String(repeating: "0", count: 20) + "\(revision.rawValue + 1)").suffix(20)
    Files.makeDirectory("\(directory.data)/journal/\(name).segment")
    let refusal = try client.refusal(of: TestClient.request(.client))
    #expect(refusal.code == .unavailable)
    if !exits {
      #expect(try client.call(HealthRequest()).status == .readOnly)
      daemon.send(SIGTERM)
    }
    #expect(daemon.wait() == .exited(exits ? EX_IOERR : 0))
  }

  @Test func `strangers take no descriptor that the journal and snapshots need`() throws {
    let directory = TemporaryDirectory()
    let daemon = try DaemonProcess.serve(
      directory, ["--reactors", "1"], environment: ["TESSERAD_JOURNAL_SEGMENT_MEBIBYTES": "1"],
      openFiles: 60)
    let client = try daemon.admin(directory)
    let (address, context) = try (daemon.address(), TLSContext(client: TLSContext.ClientOptions()))
    let crowd = try (0..<80).map { _ in try TestClient(address, context) }
    _ = try daemon.waitForLine("no more connections")
    for round in UInt64(0)..<3 { _ = try fill(client, round) }
    let segments = Files.names(in: "\(directory.data)/journal").filter { $0.hasSuffix(".segment") }
    #expect(segments.count >= 3)
    _ = try client.call(SnapshotRequest())
    #expect(try client.call(HealthRequest()).status == .serving)
    #expect(crowd.count == 80)
  }

  /// More changes than a segment of a mebibyte holds; returns the last one's revision.
  private func fill(_ client: TestClient, _ round: UInt64 = 0) throws -> Revision {
    var revision = Revision.zero
    for part in UInt64(0)..<2 {
      let tokens = (UInt64(0)..<600).map { number in
        var token = ImportedToken(.client, .sha256(Digest(number, part, round, 3)))
        token.name = "token"
        token.description = String(repeating: "d", count: 1_000)
        token.projects = .one("default")
        token.environment = "development"
        return token
      }
      revision = try client.call(ImportRequest(tokens)).revision
    }
    return revision
  }

  @Test func `a write that fails for another reason is tried again with the next change`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    let token = try client.issue(.client)
    disk.writeError = EIO
    let refusal = try client.refusal(of: TestClient.request(.client))
    #expect(refusal.code == .unavailable && refusal.retryAfterMilliseconds > 0)
    #expect(try client.call(HealthRequest()).status == .readOnly)
    #expect(try client.verdict(token.value) == .allowed)
    disk.writeError = nil
    _ = try client.issue(.client)
    #expect(try client.call(HealthRequest()).status == .serving)
  }
}
