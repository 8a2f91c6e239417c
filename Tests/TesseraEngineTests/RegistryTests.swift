import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct RegistryTests {
  @Test func `a new authority has the built-in registry`() {
    let engine = Engine(hashKey: (1, 2))
    #expect(engine.registryEntries.count == RegistryEntry.builtIn.count)
    let sets = engine.entries(.scopeSet, limit: 100).map(\.key.text)
    #expect(
      sets == [
        "CLIENT", "Extended Access", "FRONTEND", "IDE Plugins", "Marketplace", "Maven Plugin",
      ])
    let page = engine.entries(.scopeSet, after: "Extended Access", limit: 2).map(\.key.text)
    #expect(page == ["FRONTEND", "IDE Plugins"])
    #expect(engine.entry(.project("default"))?.version == 1)
    engine.beginRestore()
    engine.checkInvariants()
    #expect(engine.registryEntries.isEmpty)
  }

  @Test func `names are known when they are put, and unknown when they are removed`() {
    var authority = Authority()
    #expect(authority.number(ProjectID("delta")) == .unknown)
    authority.put(.project(.init("delta")))
    let first = authority.number(ProjectID("delta"))
    #expect(first != .unknown)
    authority.put(.project(.init("delta", description: "again", version: 2)))
    #expect(authority.number(ProjectID("delta")) == first)
    authority.remove(.project("delta"))
    #expect(authority.number(ProjectID("delta")) == .unknown)
    authority.put(.project(.init("delta")))
    #expect(authority.number(ProjectID("delta")) != first)
    #expect(authority.number(ProjectID("delt")) == .unknown)
    authority.put(.method(.init("m")))
    authority.put(.method(.init("features.readers")))
    #expect(authority.number(MethodName("m")) != .unknown)
    #expect(authority.number(MethodName.read) != authority.number(MethodName("features.readers")))
  }

  @Test func `a set that changes changes every token that names it, at once`() {
    var authority = Authority()
    let named = authority.issue(.client) { $0.scopes = .some(sets: ["Readers"], methods: []) }
    let standard = authority.issue(.client)
    #expect(authority.verdict(named, .alpha, .write) == .missingScope)
    authority.put(.scopeSet(.init("Readers", methods: [.read, .write], version: 2)))
    #expect(authority.verdict(named, .alpha, .write) == .allowed)
    #expect(authority.verdict(standard, .alpha, .write) == .missingScope)
    authority.put(.scopeSet(.init(.client, methods: [.write], version: 2)))
    #expect(authority.verdict(standard, .alpha, .write) == .allowed)
    #expect(authority.verdict(standard, .alpha, .read) == .missingScope)
    authority.put(.scopeSet(.init("Readers", methods: [], version: 3)))
    #expect(authority.verdict(named, .alpha, .read) == .missingScope)
  }

  @Test func `a project that is removed takes its own tokens along, and leaves every list`() {
    var authority = Authority()
    let own = authority.issue(.client)
    let listed = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }
    let emptied = authority.issue(.client) { $0.projects = .list([.alpha]) }
    let everywhere = authority.issue(.client) { $0.projects = .all }
    let other = authority.issue(.client) { $0.projects = .one(.beta) }
    let limited = authority.issue(.service) {
      $0.permissions = [PermissionGrant(.tokensValidate, projects: [.alpha])]
    }
    let caller = authority.authenticate(limited)
    #expect(authority.verdict(own.credentials.current, for: caller) == .allowed)
    authority.remove(.project(.alpha))
    #expect(authority.verdict(own) == .revoked)
    #expect(authority.held(own)?.revocation == .sample)
    #expect(authority.held(own)?.version == own.version + 1)
    #expect(authority.held(own)?.projects == .list([]))
    #expect(authority.held(listed)?.projects == .list([.beta]))
    #expect(authority.held(listed)?.version == listed.version)
    #expect(authority.verdict(listed, .beta) == .allowed)
    #expect(authority.held(emptied)?.projects == .list([]))
    for project in [ProjectID.alpha, .beta, .gamma] {
      #expect(authority.verdict(emptied, project) == .wrongProject)
    }
    #expect(authority.verdict(emptied) == .allowed)
    #expect(authority.verdict(everywhere, .beta) == .allowed)
    #expect(authority.held(everywhere)?.projects == .all)
    #expect(authority.verdict(other, .beta) == .allowed)
    #expect(authority.held(limited)?.permissions.first?.projects == [])
    for value in [listed, everywhere, other] {
      #expect(authority.verdict(value.credentials.current, for: caller) == .notFound)
    }
  }

  @Test func `a project that is created anew brings nothing back`() {
    var authority = Authority()
    let role: RoleName = "Member"
    authority.put(.role(.init(role, grants: [Grant(.project(.alpha), scopes: .all)])))
    authority.put(.bob, [Grant(.project(.alpha), scopes: .all)], roles: [role])
    let listed = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }
    let own = authority.issue(.client)
    let personal = authority.issue(.personal) { $0.owner = .bob }
    let limited = authority.service([PermissionGrant(.tokensValidate, projects: [.alpha])])
    #expect(authority.verdict(personal, .alpha, .read) == .allowed)
    authority.remove(.project(.alpha))
    #expect(authority.engine.user(.bob)?.grants == [])
    #expect(authority.engine.user(.bob)?.version == 1)
    #expect(authority.verdict(personal, nil, .read) == .missingScope)
    authority.put(.project(.init(.alpha)))
    #expect(authority.verdict(listed, .alpha) == .wrongProject)
    #expect(authority.verdict(own, .alpha) == .revoked)
    #expect(authority.verdict(personal, .alpha) == .wrongProject)
    #expect(authority.listed { $0.project = .alpha } == [])
    let new = authority.issue(.client)
    #expect(authority.verdict(new.credentials.current, for: limited) == .notFound)
    #expect(authority.verdict(new, .alpha, .read) == .allowed)
    #expect(authority.listed { $0.project = .alpha } == [new.id])
  }

  @Test func `an environment that is removed takes its tokens along`() {
    var authority = Authority()
    let there = authority.issue(.frontend)
    let before = authority.issue(.client)
    _ = authority.revoke([before.id])
    let elsewhere = authority.issue(.client) { $0.environment = .production }
    let limited = authority.issue(.service) {
      $0.permissions = [PermissionGrant(.tokensRead, environments: [.development, .production])]
    }
    authority.remove(.environment(.development))
    #expect(authority.verdict(there) == .revoked)
    #expect(authority.held(there)?.revocation == .sample)
    #expect(authority.held(there)?.environment == nil)
    #expect(authority.held(before)?.environment == nil)
    #expect(authority.held(before)?.revocation?.reason == "test")
    #expect(authority.verdict(elsewhere, in: .production) == .allowed)
    #expect(authority.held(limited)?.permissions.first?.environments == [.production])
    authority.put(.environment(.init(.development)))
    #expect(authority.held(there)?.environment == nil)
    #expect(authority.listed { $0.environment = .development } == [])
    #expect(authority.held(limited)?.permissions.first?.environments == [.production])
  }

  @Test func `a method that is removed leaves tokens, sets, roles and users`() {
    var authority = Authority()
    let both = ScopeSelection.some(sets: [], methods: [.read, .write])
    authority.put(.role(.init("R", grants: [Grant(.allProjects, scopes: both)])))
    authority.put(.bob, [Grant(.project(.beta), scopes: both)], roles: ["R"])
    let token = authority.issue(.client) { $0.scopes = both }
    let bySet = authority.issue(.client) { $0.scopes = .some(sets: ["Readers"], methods: []) }
    let personal = authority.issue(.personal) { $0.owner = .bob }
    authority.remove(.method(.read))
    let left = ScopeSelection.some(sets: [], methods: [.write])
    #expect(authority.held(token)?.scopes == left)
    #expect(authority.engine.user(.bob)?.grants.first?.scopes == left)
    guard case .role(let role)? = authority.engine.entry(.role("R")),
      case .scopeSet(let readers)? = authority.engine.entry(.scopeSet("Readers")),
      case .scopeSet(let client)? = authority.engine.entry(.scopeSet(.client))
    else {
      Issue.record("an entry is gone")
      return
    }
    #expect(role.grants.first?.scopes == left)
    #expect(readers.methods == [] && client.methods == [])
    authority.put(.method(.init(.read)))
    for token in [token, bySet, personal] {
      #expect(authority.verdict(token, nil, .read) == .missingScope)
    }
    #expect(authority.verdict(personal, .beta, .write) == .allowed)
  }

  @Test func `a set that is removed leaves tokens, roles and users`() {
    var authority = Authority()
    let scopes = ScopeSelection.some(sets: ["Readers"], methods: [])
    authority.put(.role(.init("R", grants: [Grant(.allProjects, scopes: scopes)])))
    authority.put(.bob, [], roles: ["R"])
    let token = authority.issue(.client) { $0.scopes = scopes }
    let personal = authority.issue(.personal) { $0.owner = .bob }
    #expect(authority.verdict(personal, .alpha, .read) == .allowed)
    authority.remove(.scopeSet("Readers"))
    let nothing = ScopeSelection.some(sets: [], methods: [])
    #expect(authority.held(token)?.scopes == nothing)
    #expect(authority.verdict(token, .alpha) == .allowed)
    authority.put(.scopeSet(.init("Readers", methods: [.read])))
    #expect(authority.verdict(token, .alpha, .read) == .missingScope)
    #expect(authority.verdict(personal, .alpha, .read) == .missingScope)
  }

  @Test func `rights that become equal by what they lose stay apart until they are given back`() {
    var authority = Authority()
    let one = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }
    let other = authority.issue(.client) { $0.projects = .list([.beta]) }
    authority.remove(.project(.alpha))
    let third = authority.issue(.client) { $0.projects = .list([.beta]) }
    for token in [one, other, third] { #expect(authority.verdict(token, .beta) == .allowed) }
    for token in [other, one, third] {
      authority.engine.remove(token.id)
      authority.engine.checkInvariants()
    }
  }

  @Test func `certificates follow the registry for as long as they are mapped`() {
    var authority = Authority()
    var access: CertificateAccess? = CertificateAccess(
      permissions: [PermissionGrant(.tokensValidate, projects: ["delta", .alpha])],
      in: authority.engine)
    guard let mapped = access else { return }
    let caller = Caller.certificate(name: "ops", access: mapped)
    access = nil
    authority.put(.project(.init("delta")))
    let token = authority.issue(.client) { $0.projects = .one("delta") }
    #expect(authority.verdict(token.credentials.current, for: caller) == .allowed)
    authority.remove(.project("delta"))
    authority.put(.project(.init("delta")))
    let next = authority.issue(.client) { $0.projects = .one("delta") }
    #expect(authority.verdict(next.credentials.current, for: caller) == .notFound)
    #expect(authority.rights(caller)?.permissions.first?.projects == [.alpha])
    #expect(caller.actor == .certificate("ops"))
  }

  @Test func `what a certificate holds is given back with it`() {
    let authority = Authority()
    for _ in 0..<3 {
      _ = CertificateAccess(
        permissions: [PermissionGrant(.tokensIssue, projects: [.beta])], in: authority.engine)
      authority.engine.checkInvariants()
    }
  }
}
