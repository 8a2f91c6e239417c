import TesseraModel
import Testing

@testable import TesseraEngine

/// A limit that means nothing is refused; where there is one already, it is what it was.
@Suite struct PermissionLimitTests {
  struct Limit: Sendable, CustomTestStringConvertible {
    let field: String
    let limit: PermissionLimits
    let set: @Sendable (inout PermissionGrant) -> Void

    var testDescription: String { field }
  }

  static let all = [
    Limit(field: "kinds", limit: .kinds) { $0.kinds = KindSet(.client) },
    Limit(field: "projects", limit: .projects) { $0.projects = [.alpha] },
    Limit(field: "environments", limit: .environments) { $0.environments = [.production] },
  ]

  @Test(arguments: Permission.allCases, all)
  func `Issue and Import take a limit where it means something`(
    _ permission: Permission, _ limit: Limit
  ) {
    var authority = Authority()
    var grant = PermissionGrant(permission)
    limit.set(&grant)
    let permissions = [PermissionGrant(.tokensRead), grant]
    let issued = authority.run(
      .issue(authority.makeIssue(.service) { $0.permissions = permissions }))
    var token = ImportedToken(
      kind: .service, digest: authority.newDigest(), isUnchecked: true, entropy: 7)
    token.permissions = permissions
    let imported = authority.run(.importTokens([token]))
    guard case .imported(let outcomes) = imported else {
      Issue.record("\(imported)")
      return
    }
    var refused: Refusal?
    if case .failure(let refusal) = outcomes[0] { refused = refusal }
    #expect(issued.refusal == refused)
    guard !permission.limits.contains(limit.limit) else {
      #expect(refused == nil)
      return
    }
    #expect(refused?.code == .invalidArgument)
    #expect(refused?.field == "permissions[1].\(limit.field)")
    #expect(refused?.message.hasPrefix("\(permission.name) cannot be limited") == true)
  }

  @Test func `a token that has such a limit is loaded, and is changed but not copied`() throws {
    var authority = Authority()
    let digest = authority.newDigest()
    let record = TokenRecord(
      id: TokenID(high: 2, low: 2), kind: .service, name: "old",
      permissions: [
        PermissionGrant(.usersActAs, projects: [.alpha]),
        PermissionGrant(.serverOperate, projects: [.alpha]),
      ],
      createdAt: authority.now, createdBy: .offline("test"),
      credentials: Credentials(current: digest))
    authority.apply(.putToken(record, idempotency: nil))
    let rights = authority.rights(authority.authenticate(record))
    #expect(rights?.mayActForUsers == false && rights?.has(.serverOperate) == true)
    let renamed = authority.update(record.id) { $0.name = "new" }
    #expect(renamed.refusal == nil)
    let regenerated = authority.regenerate(record.id)
    #expect(regenerated.refusal == nil)
    let copied = authority.run(
      .issue(
        authority.makeIssue(.service) {
          $0.permissions = []
          $0.copyOf = record.id
        })
    ).refusal
    #expect(copied?.code == .invalidArgument && copied?.field == "permissions[0].projects")
  }
}
