import Glibc
import Testing
import TesseraModel
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
    let (failures, failure) = AsyncStream.makeStream(of: Void.self)
    let authority = try TestAuthority(on: disk, journalEnds: failure)
    let service = DaemonService(
      server: authority.server,
      source: ConfigurationSource(try DaemonFlags.parse([]), isDevelopment: true),
      diskFailures: failures, logger: TestAuthority.logger)
    let running = Task { try await service.run() }
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
