import TesseraModel
import TesseraWire

// What each request about tokens asks of its caller, one after the other as a table.

extension WhoAmIRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .anyone }
}

extension IssueRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .users(orHoldersOf: .tokensIssue) }
  var needsConfirmation: Bool { true }
}

extension UpdateRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .users(orHoldersOf: .tokensIssue) }
  var needsConfirmation: Bool { true }
}

extension RegenerateRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .users(orHoldersOf: .tokensIssue) }
  var needsConfirmation: Bool { true }
}

extension RevokeRequest: AdmissibleRequest {
  /// Anyone may revoke what they hold.
  func rule(for user: UserID?) -> AdmissionRule { .anyone }

  /// Not by value: who finds one that leaked stops it at once.
  var needsConfirmation: Bool { if case .value = target { false } else { true } }
}

extension ImportRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .holders(of: .tokensImport) }
  var needsConfirmation: Bool { true }
}

extension PurgeRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .holders(of: .tokensRevoke) }
  var needsConfirmation: Bool { true }
}

extension ListRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule {
    AdmissionRule(permission: .tokensRead, allowsUsers: true, allowsTokens: true)
  }
}

extension GetRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { ListRequest().rule(for: user) }
}

extension ListEventsRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .users(orHoldersOf: .eventsRead) }
}
