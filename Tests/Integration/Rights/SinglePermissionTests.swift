import Testing
import TesseraModel

/// Each permission is told from every other: who holds one alone does what it is for, and no more.
@Suite struct SinglePermissionTests {
  @Test(arguments: Permission.allCases)
  func `a permission alone opens what it is for, and nothing else`(
    _ permission: Permission
  ) throws {
    let matrix = try Matrix(.service, holding: [permission])
    let done = try MatrixRow.all.filter { try $0.call(matrix) == .done }.map(\.name)
    #expect(Set(done) == SinglePermissionTests.withoutAny.union(permission.opens))
  }

  @Test func `every row is named once, and so are those that permissions open`() {
    let names = MatrixRow.all.map(\.name)
    #expect(Set(names).count == names.count)
    for permission in Permission.allCases {
      #expect(permission.opens.subtracting(names).isEmpty, "\(permission.name)")
    }
  }

  /// What anyone may do who holds a token: see themselves, and end what they have the value of.
  private static let withoutAny: Set<String> = ["Health", "WhoAmI", "List", "Revoke by value"]
}

extension Permission {
  /// The rows of the matrix that end well for who has this permission, and no other.
  fileprivate var opens: Set<String> {
    switch self {
    case .tokensIssue:
      [
        "Issue CLIENT", "Issue FRONTEND", "Issue elsewhere", "Issue for all",
        "Issue in development", "Issue PERSONAL", "Issue another's", "Issue a copy", "Update",
        "Update elsewhere", "Update in development", "Update FRONTEND", "Regenerate",
      ]
    case .tokensValidate:
      [
        "Validate", "Validate elsewhere", "Validate in development", "Validate FRONTEND",
        "ValidateBatch",
      ]
    case .tokensRevoke:
      [
        "Revoke", "Revoke elsewhere", "Revoke in development", "Revoke FRONTEND",
        "Revoke by filter", "Purge",
      ]
    case .tokensRead: ["Get", "Get elsewhere", "Get in development", "Get FRONTEND"]
    case .tokensImport:
      ["Import", "Import elsewhere", "Import in development", "Import FRONTEND"]
    case .eventsRead: ["ListEvents"]
    case .usersRead:
      [
        "GetUser", "GetUser oneself", "ListUsers", "GetEntry, role", "ListEntries, roles",
      ]
    case .usersWrite:
      [
        "CreateUser", "CreateUser elsewhere", "UpdateUser", "SetPassword", "DeleteUser",
        "CreateEntry, role", "UpdateEntry, role", "DeleteEntry, role",
      ]
    // To act for somebody is not to act: each of these calls is made for the caller itself.
    case .usersActAs: []
    case .registryRead:
      ["GetEntry", "GetEntry elsewhere", "GetEntry, development", "ListEntries"]
    case .registryWrite:
      [
        "CreateEntry", "CreateEntry, method", "UpdateEntry", "UpdateEntry elsewhere",
        "DeleteEntry elsewhere", "DeleteEntry",
      ]
    // Stats is not answered yet.
    case .serverRead: []
    case .serverOperate: ["Snapshot"]
    }
  }
}
