import TesseraModel

/// A change to a token that exists; what is nil stays as it is.
public struct UpdateCommand: Sendable {
  public var id: TokenID
  /// The version that the change was made for.
  public var ifVersion: UInt32?
  public var name: String?
  public var description: String?
  /// Instead of the list that the token has.
  public var projects: [ProjectID]?
  public var scopes: ScopeSelection?
  public var expiry = Expiry.unspecified

  public init(_ id: TokenID) { self.id = id }

  var isEmpty: Bool {
    name == nil && description == nil && projects == nil && scopes == nil
      && expiry == .unspecified
  }
}

/// A new value for a token that exists.
public struct RegenerateCommand: Sendable {
  public var id: TokenID
  /// Of the value that was made for it.
  public var digest: Digest
  /// How long the value before passes beside it; nil where it stops at once.
  public var overlap: Duration?
  public var expiry = Expiry.unspecified

  public init(_ id: TokenID, digest: Digest) {
    self.id = id
    self.digest = digest
  }
}
