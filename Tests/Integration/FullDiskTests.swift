import Glibc
import Testing
import TesseraModel
import TesseraWire

/// What callers see of a disk that is full.
@Suite struct FullDiskTests {
  private let disk: ControlledDisk
  private let authority: TestAuthority
  private let client: TestClient

  init() throws {
    disk = try ControlledDisk()
    authority = try TestAuthority(on: disk) { $0.reserveBytes = 64 << 10 }
    client = try authority.admin()
  }

  /// A change of a size that counts.
  private var request: IssueRequest {
    TestClient.request(.client) { $0.description = String(repeating: "d", count: 1_000) }
  }

  private func issue() throws -> TestClient.Issued { try TestClient.Issued(client.call(request)) }

  /// Fills the disk: what is set aside already is used up by changes, until one is refused.
  private func fill() throws {
    disk.allocationError = ENOSPC
    for _ in 0..<1_000 {
      do {
        _ = try issue()
      } catch let refusal as Refusal {
        #expect(refusal.code == .resourceExhausted)
        return
      }
    }
    Issue.record("the disk was never full")
  }

  private func revoke(_ token: TestClient.Issued) throws -> RevokeResponse {
    try client.call(
      RevokeRequest(.ids([token.id]), reason: String(repeating: "r", count: 500)))
  }

  @Test func `a full disk refuses changes, and neither validations nor revocations`() throws {
    let revoked = try issue()
    let kept = try issue()
    try fill()
    let before = try client.call(HealthRequest())
    #expect(before.status == .readOnly)
    #expect(before.reason.contains("full") && before.reason.contains("revocations are taken"))
    for _ in 0..<3 {
      let refusal = try client.refusal(of: request)
      #expect(refusal.code == .resourceExhausted)
      #expect(refusal.retryAfterMilliseconds > 0)
    }
    #expect(try client.call(HealthRequest()).revision == before.revision)
    let answer = try revoke(revoked)
    #expect(answer.revision == before.revision.next)
    #expect(try client.verdict(revoked.value) == .revoked)
    #expect(try client.verdict(kept.value) == .allowed)
    let after = try client.call(HealthRequest())
    #expect(after.status == .readOnly)
    #expect(after.tokens == before.tokens)

    // What was revoked so is revoked for good, and what was refused was not made.
    authority.stop()
    disk.allocationError = nil
    let next = try TestAuthority(after: authority, on: disk) { $0.reserveBytes = 64 << 10 }
    let admin = try next.admin()
    #expect(try admin.verdict(revoked.value) == .revoked)
    #expect(try admin.verdict(kept.value) == .allowed)
    #expect(try admin.call(HealthRequest()).tokens == before.tokens)
  }

  @Test func `when there is room, changes are accepted again by themselves`() throws {
    try fill()
    disk.allocationError = nil
    try eventually("it looks for room") { try client.call(HealthRequest()).status == .serving }
    #expect(try client.call(HealthRequest()).reason == "")
    #expect(try client.verdict(issue().value) == .allowed)
  }

  @Test func `revocations go on until the reserve is used up, and then say so`() throws {
    let tokens = try (0..<300).map { _ in try client.issue(.client) }
    try fill()
    var count = 0
    do {
      for token in tokens {
        _ = try revoke(token)
        count += 1
      }
      Issue.record("the reserve has no end")
    } catch let refusal as Refusal {
      #expect(refusal.code == .resourceExhausted)
    }
    #expect(count > 60)
    #expect(try client.call(HealthRequest()).reason.contains("revocations are refused"))
    for (index, token) in tokens.enumerated() {
      #expect(try client.verdict(token.value) == (index < count ? .revoked : .allowed))
    }
    disk.allocationError = nil
    try eventually("it looks for room") { try client.call(HealthRequest()).status == .serving }
    _ = try revoke(tokens[count])
  }

  @Test func `of changes that came together a full disk refuses all but the revocations`() throws {
    let tokens = try (0..<2).map { _ in try client.issue(.client) }
    try fill()
    disk.hold()
    let held = try client.start(RevokeRequest(.ids([tokens[0].id])))
    disk.waitUntilHeld()
    let issue = try client.start(request)
    let revoke = try client.start(RevokeRequest(.ids([tokens[1].id])))
    let again = try client.start(RevokeRequest(.ids([tokens[1].id])))
    let last = try client.start(request)
    disk.release()
    _ = try client.finish(held, RevokeRequest.self)
    for call in [issue, last] {
      #expect(throws: Refusal.self) { try client.finish(call, IssueRequest.self) }
    }
    #expect(try client.finish(revoke, RevokeRequest.self).outcomes[0].result == .revoked)
    #expect(try client.finish(again, RevokeRequest.self).outcomes[0].result == .alreadyRevoked)
    for token in tokens { #expect(try client.verdict(token.value) == .revoked) }
  }

  @Test func `an authority that starts on a full disk serves, and refuses changes`() throws {
    let token = try issue()
    try fill()
    authority.stop()
    let next = try TestAuthority(after: authority, on: disk) { $0.reserveBytes = 64 << 10 }
    let admin = try next.admin()
    #expect(try admin.call(HealthRequest()).status == .readOnly)
    #expect(try admin.verdict(token.value) == .allowed)
    disk.allocationError = nil
    try eventually("it looks for room") { try admin.call(HealthRequest()).status == .serving }
  }

  @Test func `where no room can be set aside, a full disk refuses revocations too`() throws {
    let disk = try ControlledDisk()
    disk.allocationError = EOPNOTSUPP
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    let token = try client.issue(.client)
    #expect(try client.call(HealthRequest()).status == .serving)
    disk.writeError = ENOSPC
    #expect(try client.refusal(of: RevokeRequest(.ids([token.id]))).code == .resourceExhausted)
    #expect(try client.refusal(of: TestClient.request(.client)).code == .resourceExhausted)
    #expect(try client.call(HealthRequest()).reason.contains("revocations are refused"))
    #expect(try client.verdict(token.value) == .allowed)
    disk.writeError = nil
    _ = try client.call(RevokeRequest(.ids([token.id])))
    _ = try client.issue(.client)
    #expect(try client.call(HealthRequest()).status == .serving)
  }
}
