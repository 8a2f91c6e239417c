import TesseraModel

/// What a validation asks beside the value. What is `none` is not checked.
public struct Question: Sendable {
  /// A token of another kind is WRONG_KIND.
  public var kinds: KindSet
  public var project: ProjectNumber
  public var environment: EnvironmentNumber
  public var method: ProductMethodNumber

  public init(
    kinds: KindSet = .secret, project: ProjectNumber = .none,
    environment: EnvironmentNumber = .none, method: ProductMethodNumber = .none
  ) {
    self.kinds = kinds
    self.project = project
    self.environment = environment
    self.method = method
  }

  /// Whether it asks about something that is not there, by whatever name.
  public var namesUnknown: Bool {
    project == .unknown || environment == .unknown || method == .unknown
  }

  var asksForPlace: Bool {
    project != .none || environment != .none || method != .none
  }
}

/// The answer. `credential` says which one was found, for its details; `id` and `kind` are given
/// only with ALLOWED, the id only where a token passed: a proxy client key has none.
public struct Answer: Sendable {
  public let verdict: Verdict
  public let id: TokenID
  public let kind: TokenKind
  public let credential: CredentialNumber

  init(_ verdict: Verdict) {
    self.verdict = verdict
    id = TokenID(high: 0, low: 0)
    kind = .admin
    credential = CredentialNumber(rawValue: 0)
  }

  /// Whether a token passed, which has an id, a credential and a count of its uses.
  public var isOfToken: Bool { verdict == .allowed && kind != .proxyKey }

  init(allowed id: TokenID, kind: TokenKind, credential: CredentialNumber) {
    verdict = .allowed
    self.id = id
    self.kind = kind
    self.credential = credential
  }

  static let allowedProxyKey = Answer(
    allowed: TokenID(high: 0, low: 0), kind: .proxyKey, credential: CredentialNumber(rawValue: 0))

  /// A value that cannot be a token.
  public static let malformed = Answer(.malformed)
}
