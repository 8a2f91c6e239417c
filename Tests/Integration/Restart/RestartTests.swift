import Glibc
import Testing
import TesseraModel
import TesseraServer
import TesseraTLS
import TesseraWire

/// What an authority tells after it was started again is what it told before, for every kind of
/// record.
@Suite struct RestartTests {
  private func configure(_ configuration: inout ServerConfiguration) {
    configuration.confirmChanges = false
    configuration.drainTimeout = .zero
  }

  @Test func `after a stop in order everything is as it was, uses too`() throws {
    let signer = CertificateAuthority(commonName: "clients of the restart")
    let authority = try TestAuthority(
      clientCertificates: .optional(
        authority: .bytes(signer.certificatePEM, name: "clients.pem")),
      mappings: [
        CertificateMapping(name: "all", match: .commonName("all.internal"), permissions: nil)
      ], configure)
    let admin = try authority.admin()
    let certified = try authority.connect(TestAuthority.context("all.internal", signer))
    let records = try EveryRecord(admin, certified: certified) { try authority.connect() }
    // The values are asked about first: the asking counts as uses.
    _ = try WholeState(admin, asking: records.values)
    let before = try WholeState(admin)
    try expectEveryKind(before)
    #expect(before.events.contains { $0.actor == .certificate("all") })
    authority.stop()

    let restarted = try TestAuthority(after: authority, configure)
    let again = try restarted.admin()
    before.expectSame(as: try WholeState(again))
    try expectWorking(records, again, restarted)
  }

  @Test func `verdicts and their details are the same after a restart`() throws {
    let authority = try TestAuthority(configure)
    let records = try EveryRecord(authority.admin()) { try authority.connect() }
    let before = try WholeState(authority.admin(), asking: records.values)
    let verdicts = Set(before.verdicts.map(\.verdict))
    #expect(verdicts.isSuperset(of: [.allowed, .revoked, .expired, .ownerInactive]))
    authority.stop()
    let restarted = try TestAuthority(after: authority, configure)
    let after = try WholeState(restarted.admin(), asking: records.values)
    before.withoutUses.expectSame(as: after.withoutUses)
  }

  /// A kill loses nothing but the uses since the last snapshot: those are kept in memory, so that
  /// no validation waits for a disk.
  @Test func `after a SIGKILL everything is as it was, but for the uses since the last snapshot`()
    throws
  {
    let directory = TemporaryDirectory()
    let settings = ["TESSERAD_SNAPSHOTS_INTERVAL_SECONDS": "1"]
    let daemon = try DaemonProcess.serve(directory, environment: settings)
    let admin = try daemon.admin(directory)
    let records = try EveryRecord(admin) {
      try daemon.connect(trusting: "\(directory.data)/tls/ca.pem")
    }
    let used = try admin.issue(.client, name: "used")
    for _ in 0..<5 { _ = try admin.verdict(used.value) }
    // A snapshot that holds this change began after those uses.
    let revision = try admin.issue(.client).revision
    _ = try daemon.waitForLine("revision=\(revision.rawValue)")
    let held = try WholeState(admin)
    for _ in 0..<3 { _ = try admin.verdict(used.value) }
    let before = try WholeState(admin)
    try expectEveryKind(before)
    daemon.send(SIGKILL)
    #expect(daemon.wait() == .signalled(SIGKILL))

    let restarted = try DaemonProcess.serve(directory, environment: settings)
    let again = try restarted.admin(directory)
    let after = try WholeState(again)
    before.withoutUses.expectSame(as: after.withoutUses)
    for (old, new) in zip(held.tokens, after.tokens) where old.name != "root" {
      #expect(new.uses >= old.uses, "what the snapshot held is not lost")
    }
    let uses = try again.get(used.id).uses
    #expect((5...8).contains(uses), "at most the three since the snapshot are lost")
    let replayed = try again.call(records.request)
    #expect(replayed.replayed)
  }

  /// That nothing is compared with nothing.
  private func expectEveryKind(_ state: WholeState) throws {
    #expect(Set(state.tokens.compactMap(\.kind)).count == 5)
    #expect(Set(state.tokens.compactMap(\.state)) == Set(TokenState.allCases))
    #expect(state.tokens.contains { $0.previousValidUntil != nil && $0.previousLastUsedAt != nil })
    #expect(state.tokens.contains { $0.uses > 0 && $0.lastUsedAt != nil })
    #expect(state.users.map(\.id) == ["ada", "bob", "root"])
    #expect(state.users.map(\.hasPassword) == [true, true, false])
    #expect(Set(state.entries.map(\.key.type)) == Set(RegistryType.allCases))
    #expect(Set(state.events.compactMap(\.kind)) == Set(EventKind.allCases))
    let actors = Set(state.events.compactMap(\.actor))
    let services = Set(state.tokens.filter { $0.kind == .service }.compactMap(\.id))
    #expect(actors.contains(.user("ada", through: nil)), "who signed in")
    for isThroughService in [false, true] {
      #expect(
        actors.contains {
          guard case .user("ada", let token?) = $0 else { return false }
          return services.contains(token) == isThroughService
        })
    }
  }

  /// That what no answer shows came back too: the password, the idempotency key, and that names
  /// which were removed bring nothing back.
  private func expectWorking(
    _ records: EveryRecord, _ admin: TestClient, _ authority: TestAuthority
  ) throws {
    let user = try authority.connect()
    _ = try user.call(AuthenticateRequest(user: "ada", EveryRecord.password))
    #expect(try user.call(WhoAmIRequest()).caller?.owner == "ada")
    let replayed = try admin.call(records.request)
    #expect(replayed.replayed && replayed.value == nil)
    let before = try WholeState(admin, asking: records.values).verdicts.map(\.verdict)
    try admin.createProjects("project-gone")
    try admin.createMethods("method.gone")
    try admin.createUser("gone", [.member("project-a")])
    let after = try WholeState(admin, asking: records.values).verdicts.map(\.verdict)
    #expect(before == after)
    for token in try admin.list() {
      if case .list(let projects) = token.projects { #expect(!projects.contains("project-gone")) }
    }
  }
}
