import TesseraModel
import TesseraWire

// What each request about users and the registry asks of its caller, one after the other as a
// table. The changes are confirmed as those of tokens are: whoever makes a user, or sets a
// password, might sign in as that user and confirm by it what the holder of a stolen token could
// not.

extension CreateUserRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .holders(of: .usersWrite) }
  var needsConfirmation: Bool { true }
}

extension UpdateUserRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .holders(of: .usersWrite) }
  var needsConfirmation: Bool { true }
}

extension DeleteUserRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .holders(of: .usersWrite) }
  var needsConfirmation: Bool { true }
}

extension SetPasswordRequest: AdmissibleRequest {
  /// Users change their own.
  func rule(for user: UserID?) -> AdmissionRule {
    id != nil && id == user ? .anyone : .holders(of: .usersWrite)
  }

  var needsConfirmation: Bool { true }
}

extension GetUserRequest: AdmissibleRequest {
  /// Users see themselves.
  func rule(for user: UserID?) -> AdmissionRule {
    id != nil && id == user ? .anyone : .holders(of: .usersRead)
  }
}

extension ListUsersRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .holders(of: .usersRead) }
}

extension CreateEntryRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .writers(of: entry?.key.type) }
  var needsConfirmation: Bool { true }
}

extension UpdateEntryRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .writers(of: entry?.key.type) }
  var needsConfirmation: Bool { true }
}

extension DeleteEntryRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .writers(of: key?.type) }
  var needsConfirmation: Bool { true }
}

extension GetEntryRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .readers(of: key?.type) }
}

extension ListEntriesRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .readers(of: type) }
}

extension AdmissionRule {
  /// Roles are lists of grants, and belong to whoever cares for users.
  fileprivate static func writers(of type: RegistryType?) -> AdmissionRule {
    .holders(of: type == .role ? .usersWrite : .registryWrite)
  }

  fileprivate static func readers(of type: RegistryType?) -> AdmissionRule {
    type == .role ? .holders(of: .usersRead) : .users(orHoldersOf: .registryRead)
  }
}
