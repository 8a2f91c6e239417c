/// Every maximum, in one place. What reaches one gets a clear answer; the README lists those that
/// callers and operators plan by.
public enum Limits {
  // Names and texts, in bytes of UTF-8.
  public static let nameBytes = 100
  public static let tokenNameBytes = 200
  public static let descriptionBytes = 1_000
  public static let reasonBytes = 500
  public static let idempotencyKeyBytes = 200
  /// The longest value that is looked at: a project, an environment and a hash fit thrice over.
  public static let tokenValueBytes = 512

  // One token.
  public static let projectsPerToken = 100
  public static let setsPerToken = 100
  public static let methodsPerToken = 1_000
  public static let permissionsPerToken = 64
  public static let environmentsPerPermission = 100

  // One user, and one entry of the registry.
  public static let grantsPerHolder = 1_000
  public static let rolesPerUser = 100
  public static let methodsPerSet = 10_000
  public static let linkBytes = 1_000
  public static let passwordBytes = 8...1_024

  // Messages.
  /// The greatest frame length, which counts the 12 bytes of header after the length and the
  /// payload.
  public static let frameLength = 1 << 20
  /// The same until a connection's caller is known: what anyone can make the authority hold.
  public static let strangersFrameLength = 16 << 10
  public static let messageDepth = 16
  public static let batchValidations = 4_096
  public static let idsPerRevoke = 1_000
  public static let tokensPerImport = 1_000
  /// The most tokens that one Purge removes, and that it looks at: its answer says whether there
  /// are more.
  public static let tokensPerPurge = 10_000
  public static let tokensExaminedByPurge = 100_000
  /// The most tokens that one filter revokes, so that all outcomes fit one frame.
  public static let tokensPerRevoke = 40_000
  /// The most warnings that one answer holds.
  public static let warningsPerAnswer = 16
  public static let pageSize = 1_000
  public static let defaultPageSize = 100

  // Connections.
  public static let reactors = 128
  public static let connectionsPerReactor = 16_384
  public static let callsInFlight = 1_024
  /// Lists of all connections that are answered at a time, those of one caller among them, and how
  /// many more wait.
  public static let listsInProgress = 16
  public static let listsInProgressPerCaller = 4
  public static let listsWaiting = 1_024
  /// Revocations by filter of one caller whose tokens are being looked for.
  public static let searchesPerCaller = 2
  /// Things that a list looks at while the ledger's lock is held.
  public static let listSlice = 512
  /// Tokens that a Revoke by filter looks at while the ledger's lock is held.
  public static let searchSlice = 2_048
  /// What a list that is not by creation sorts at most, where the configuration says nothing, and
  /// the most that it may say: all of them are in memory while they are sorted.
  public static let sortedMatches = 10_000
  public static let mostSortedMatches = 100_000
  /// Bytes of answers that may wait for a peer that does not read; beyond it is not read from.
  public static let unsentBytes = 256 << 10
  /// The same until a connection's caller is known.
  public static let strangersUnsentBytes = 16 << 10
  /// What all connections of a reactor hold of answers that wait for their peers and of frames that
  /// are not whole; beyond it the connections that hold most are closed, strangers' first.
  public static let heldBytesPerReactor = 256 << 20
  /// What the answers to one connection's reads may take that are in flight.
  public static let answerBytesInFlight = 8 << 20
  /// Calls that wait for another thread, of all connections, in number and in bytes of their
  /// requests.
  public static let commandQueue = 65_536
  public static let commandQueueBytes = 64 << 20
  public static let batchEntries = 4_096

  // Backups.
  /// Those that are read at a time: each keeps files on disk that would be removed.
  public static let backups = 2
  /// How long one stays that is not read.
  public static let backupIdle: Duration = .seconds(60)
  public static let backupReadBytes = 512 << 10
  public static let filesPerBackup = 10_000

  // The registry.
  public static let projects = 100_000
  public static let environments = 1_000
  public static let methods = 100_000
  public static let scopeSets = 10_000
  public static let roles = 10_000
  public static let users = 10_000_000
  public static let proxyKeys = 10_000
  public static let proxyKeyBytes = 512
  public static let tokens = 1 << 28
  /// Tokens of one user that are not revoked, and as many that they made for projects, where the
  /// configuration says nothing, and the most that it may say.
  public static let tokensPerOwner = 1_000
  public static let mostTokensPerOwner = 100_000

  /// Idempotency keys that are kept at once; beyond it an Issue that carries one is refused.
  public static let idempotencyKeys = 10_000_000
  /// Those of one caller among them: of a user through whatever token.
  public static let idempotencyKeysPerCaller = 1_000_000
  public static let idempotencyKept: Duration = .seconds(24 * 3600)
  /// The furthest that an expiry may be away: 400 years.
  public static let lifetime: Duration = .seconds(400 * 366 * 24 * 3600)
  /// The longest that the value before a regenerated one passes beside it.
  public static let overlap: Duration = .seconds(30 * 24 * 3600)
  /// Tokens that one event names, of a change to more; fields that it names, and the text of each
  /// value before and after.
  public static let tokensPerEvent = 100
  public static let changesPerEvent = 32
  public static let changeTextBytes = 200
  /// Events that are kept at most, whatever the configuration says; of one with many tokens each
  /// counts.
  public static let events = 10_000_000
  /// How many are kept, and for how long, where the configuration says nothing.
  public static let defaultEvents = 100_000
  public static let defaultEventAge: Duration = .seconds(90 * 24 * 3600)
  /// How far the clock may be behind the highest time that was seen when an authority starts.
  public static let clockBehind: Duration = .seconds(300)
  public static let confirmationLasts: Duration = .seconds(300)
  /// Users whose confirmation one connection remembers; beyond it the one longest ago is asked
  /// again.
  public static let confirmationsPerConnection = 1_000
  /// Wrong passwords for one name, in a row, before the next has to wait; the first and the longest
  /// wait.
  public static let wrongPasswordsAtOnce = 5
  public static let firstPasswordWait: Duration = .seconds(1)
  public static let longestPasswordWait: Duration = .seconds(60)
  /// Names whose wrong passwords are remembered; beyond it the one longest ago is forgotten.
  public static let namesWithWrongPasswords = 10_000
  /// Wrong passwords of one connection that nobody has authenticated on.
  public static let wrongPasswordsPerConnection = 10
  /// Values that were shown to authenticate and were refused, after which a connection ends.
  public static let wrongTokensPerConnection = 10
  /// Passwords that wait to be checked or hashed: of strangers, and of known callers. About ten are
  /// worked off a second.
  public static let passwordsWaiting = 128
  /// Those of one known caller among them.
  public static let passwordsPerCaller = 8
  /// A PERSONAL token that names no lifetime gets this one.
  public static let personalLifetime: Duration = .seconds(30 * 24 * 3600)
}
