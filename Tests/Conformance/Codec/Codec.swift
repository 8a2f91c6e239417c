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
    Codec(AuthenticateRequest.self), Codec(AuthenticateResponse.self), Codec(Caller.self),
    Codec(Failure.self), Codec(GetRequest.self), Codec(GetResponse.self),
    Codec(HealthRequest.self), Codec(HealthResponse.self), Codec(IssueRequest.self),
    Codec(IssueResponse.self), Codec(ListRequest.self), Codec(ListResponse.self),
    Codec(Password.self), Codec(RegenerateRequest.self), Codec(RegenerateResponse.self),
    Codec(RevokeFilter.self), Codec(RevokeOutcome.self),
    Codec(RevokeRequest.self), Codec(RevokeResponse.self), Codec(Token.self),
    Codec(TokenDetails.self), Codec(TokenRevocation.self, as: "Revocation"),
    Codec(UpdateRequest.self),
    Codec(UpdateResponse.self),
    Codec(ValidateBatchRequest.self), Codec(ValidateBatchResponse.self),
    Codec(ValidateRequest.self), Codec(ValidateResponse.self), Codec(WhoAmIRequest.self),
    Codec(WhoAmIResponse.self),
  ]

  /// The messages that have no type of their own: they are read straight into the model's types, as
  /// fields of the others.
  static let partsOfOthers: Set = [
    "Actor", "Duration", "EnvironmentList", "KindList", "PermissionGrant", "ProjectList",
    "ProjectSelection", "ScopeList", "ScopeSelection", "StateList", "Timestamp", "TokenIds",
  ]
}
