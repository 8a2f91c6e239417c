import TesseraWire

/// Our codec's opinion of one message: read, then written again.
struct Codec: Sendable {
  let name: String
  let recode: @Sendable ([UInt8]) throws(WireError) -> [UInt8]

  init<Message: WireMessage>(_ type: Message.Type, as name: String? = nil) {
    self.name = name ?? "\(type)"
    recode = { bytes throws(WireError) in
      try unsafe Message(decoding: bytes.span.bytes).encoded
    }
  }

  static let all = [
    Codec(AuthenticateRequest.self), Codec(AuthenticateResponse.self), Codec(BackupFile.self),
    Codec(BeginBackupRequest.self), Codec(BeginBackupResponse.self), Codec(CallContext.self),
    Codec(Caller.self), Codec(CreateEntryRequest.self), Codec(CreateEntryResponse.self),
    Codec(CreateUserRequest.self), Codec(CreateUserResponse.self),
    Codec(DeleteEntryRequest.self), Codec(DeleteEntryResponse.self),
    Codec(DeleteUserRequest.self), Codec(DeleteUserResponse.self),
    Codec(EndBackupRequest.self), Codec(EndBackupResponse.self),
    Codec(ChangeEvent.self, as: "Event"), Codec(Failure.self), Codec(GetEntryRequest.self),
    Codec(GetEntryResponse.self), Codec(GetRequest.self), Codec(GetResponse.self),
    Codec(GetUserRequest.self), Codec(GetUserResponse.self), Codec(HealthRequest.self),
    Codec(HealthResponse.self), Codec(ImportOutcome.self), Codec(ImportRequest.self),
    Codec(ImportResponse.self), Codec(ImportedToken.self), Codec(IssueRequest.self),
    Codec(IssueResponse.self), Codec(ListEntriesRequest.self), Codec(ListEntriesResponse.self),
    Codec(ListEventsRequest.self), Codec(ListEventsResponse.self), Codec(ListRequest.self),
    Codec(ListResponse.self), Codec(ListUsersRequest.self), Codec(ListUsersResponse.self),
    Codec(Password.self), Codec(PurgeRequest.self), Codec(PurgeResponse.self),
    Codec(ReadBackupRequest.self), Codec(ReadBackupResponse.self),
    Codec(RegenerateRequest.self), Codec(RegenerateResponse.self),
    Codec(TokenRevocation.self, as: "Revocation"), Codec(RevokeFilter.self),
    Codec(RevokeOutcome.self), Codec(RevokeRequest.self), Codec(RevokeResponse.self),
    Codec(SetPasswordRequest.self), Codec(SetPasswordResponse.self),
    Codec(SnapshotRequest.self), Codec(SnapshotResponse.self), Codec(Token.self),
    Codec(TokenDetails.self), Codec(UpdateEntryRequest.self), Codec(UpdateEntryResponse.self),
    Codec(UpdateRequest.self), Codec(UpdateResponse.self), Codec(UpdateUserRequest.self),
    Codec(UpdateUserResponse.self), Codec(User.self), Codec(ValidateBatchRequest.self),
    Codec(ValidateBatchResponse.self), Codec(ValidateRequest.self),
    Codec(ValidateResponse.self), Codec(WhoAmIRequest.self), Codec(WhoAmIResponse.self),
  ]

  /// The messages that have no type of their own: they are read straight into the model's types, as
  /// fields of the others.
  static let partsOfOthers: Set = [
    "ActingUser", "Actor", "Duration", "EnvironmentList", "EventKindList", "FieldChange",
    "Grant", "GrantList", "KindList", "PermissionGrant", "ProjectList", "ProjectSelection",
    "RegistryEntry", "RegistryKey", "RoleList", "ScopeList", "ScopeSelection", "StateList",
    "Timestamp", "TokenIds",
  ]
}
