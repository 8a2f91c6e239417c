import TesseraModel
import TesseraWire

/// The answer to a validation.
public struct Validation: Equatable, Sendable {
  /// nil for a verdict that this version does not know, which is none of ALLOWED.
  public var verdict: Verdict?
  /// Of the token; nil unless it is allowed.
  public var id: TokenID?
  /// Of the token; nil unless it is allowed.
  public var kind: TokenKind?
  /// The position in the authority's journal that the answer reflects.
  public var revision: Revision
  /// Where they were asked for and the token is allowed.
  public var details: TokenDetails?

  /// Whether the token opens what was asked.
  public var isAllowed: Bool { verdict == .allowed }

  public init(
    _ verdict: Verdict?, id: TokenID? = nil, kind: TokenKind? = nil, revision: Revision = .zero,
    details: TokenDetails? = nil
  ) {
    self.verdict = verdict
    self.id = id
    self.kind = kind
    self.revision = revision
    self.details = details
  }

  init(_ response: ValidateResponse) {
    self.init(
      response.verdict, id: response.id, kind: response.kind, revision: response.revision,
      details: response.details)
  }
}

/// A token that was just issued, or regenerated.
public struct IssuedToken: Equatable, Sendable {
  /// The value, shown here and never again; nil where the answer is a replay.
  public var value: Secret?
  public var token: Token
  /// What the authority advises against but did.
  public var warnings: [String]
  /// The idempotency key was used before: the token was issued then, and nothing by this call.
  public var isReplay: Bool
  public var revision: Revision

  public init(
    value: Secret?, token: Token, warnings: [String] = [], isReplay: Bool = false,
    revision: Revision = .zero
  ) {
    self.value = value
    self.token = token
    self.warnings = warnings
    self.isReplay = isReplay
    self.revision = revision
  }
}

/// A token as an update left it.
public struct UpdatedToken: Equatable, Sendable {
  public var token: Token
  /// What the authority advises against but did.
  public var warnings: [String]
  /// A validation that reflects at least this revision knows of the change.
  public var revision: Revision

  public init(token: Token, warnings: [String] = [], revision: Revision = .zero) {
    self.token = token
    self.warnings = warnings
    self.revision = revision
  }
}

/// What became of each token that was to be revoked.
public struct RevocationReport: Equatable, Sendable {
  /// For ids, in the order they were given.
  public var outcomes: [RevokeOutcome]
  /// A validation that reflects at least this revision knows of the revocations.
  public var revision: Revision

  public init(_ outcomes: [RevokeOutcome], revision: Revision = .zero) {
    self.outcomes = outcomes
    self.revision = revision
  }
}
