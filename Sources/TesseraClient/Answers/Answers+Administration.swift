import TesseraModel
import TesseraWire

/// What became of each token that was to be imported.
public struct ImportReport: Equatable, Sendable {
  public enum Outcome: Equatable, Sendable {
    /// The token is held, and this is its id.
    case imported(TokenID)
    /// It is not, and why. ALREADY_EXISTS: a token with this value is held.
    case refused(Refusal)
  }

  /// In the order the tokens were given.
  public var outcomes: [Outcome]
  /// A validation that reflects at least this revision knows of the tokens.
  public var revision: Revision

  public init(_ outcomes: [Outcome], revision: Revision = .zero) {
    self.outcomes = outcomes
    self.revision = revision
  }
}

/// A user as a change left them.
public struct ChangedUser: Equatable, Sendable {
  public var user: User
  /// A validation that reflects at least this revision knows of the change.
  public var revision: Revision

  public init(user: User, revision: Revision = .zero) {
    self.user = user
    self.revision = revision
  }
}

/// An entry of the registry as a change left it.
public struct ChangedEntry: Equatable, Sendable {
  public var entry: RegistryEntry
  /// A validation that reflects at least this revision knows of the change.
  public var revision: Revision

  public init(entry: RegistryEntry, revision: Revision = .zero) {
    self.entry = entry
    self.revision = revision
  }
}

/// That a user, or an entry of the registry, is no more.
public struct Deletion: Equatable, Sendable {
  /// How many tokens were revoked with it.
  public var revokedTokens: Int
  /// A validation that reflects at least this revision knows of the deletion.
  public var revision: Revision

  public init(revokedTokens: Int, revision: Revision = .zero) {
    self.revokedTokens = revokedTokens
    self.revision = revision
  }
}

/// What one call of a purge did.
public struct PurgeReport: Equatable, Sendable {
  /// How many tokens went.
  public var purged: Int
  /// What goes on from here, as `PurgeRequest.pageToken`; empty where all tokens were looked at.
  public var nextPageToken: [UInt8]
  public var revision: Revision

  public var isLast: Bool { nextPageToken.isEmpty }

  public init(purged: Int, nextPageToken: [UInt8] = [], revision: Revision = .zero) {
    self.purged = purged
    self.nextPageToken = nextPageToken
    self.revision = revision
  }
}
