import TesseraEngine
import TesseraModel

/// The authority as Protos/README.md tells it, in dictionaries and arrays: what an engine must
/// agree with. It shares the vocabulary with the engine, and not a line of how anything is decided.
///
/// Ids are made by the engine and told to the model, which holds that each is greater than all
/// before.
struct PlainAuthority {
  static let eventsKept = 400
  static let eventsLast: Duration = .seconds(10 * 86_400)

  var tokens: [TokenID: TokenRecord] = [:]
  /// In order of creation.
  var order: [TokenID] = []
  /// The token that a value was given to; whether it still has it, the token says.
  var holders: [Digest: TokenID] = [:]
  var users: [UserID: UserRecord] = [:]
  var entries: [RegistryKey: RegistryEntry] = [:]
  var idempotency: [Digest: IdempotencyEntry] = [:]
  var usage: [TokenID: PlainUsage] = [:]
  /// Of it, what is on disk.
  var durableUsage: [TokenID: PlainUsage] = [:]
  var proxyKeys: [Digest] = []
  /// Of an update, the names of the fields that changed, and no words besides.
  var events: [Event] = []
  var eventsWeight = 0
  /// Those of the last batch, kept or not.
  var told: [Event] = []
  var revision = Revision.zero
  var lastID = TokenID(high: 0, low: 0)
  /// Which of the users of this name it is, and which of their passwords: they go up, and are never
  /// used again.
  var births: [UserID: Int] = [:]
  var passwords: [UserID: Int] = [:]
  var serial = 0

  init() { for entry in RegistryEntry.builtIn { put(entry) } }

  mutating func put(_ entry: RegistryEntry) { entries[entry.key] = entry }

  /// The token that has the value, be it one that has stopped.
  func token(holding digest: Digest) -> TokenRecord? {
    guard let id = holders[digest], let token = tokens[id] else { return nil }
    let credentials = token.credentials
    return credentials.current == digest || credentials.previous?.digest == digest ? token : nil
  }

  func exists(_ key: RegistryKey) -> Bool { entries[key] != nil }

  func methods(of set: ScopeSetName) -> [MethodName] {
    if case .scopeSet(let set) = entries[.scopeSet(set)] { set.methods } else { [] }
  }

  /// A user's grants: their own and those of their roles.
  func grants(of user: UserRecord) -> [Grant] {
    user.grants
      + user.roles.flatMap { name in
        if case .role(let role) = entries[.role(name)] { role.grants } else { [] as [Grant] }
      }
  }

  func isActive(_ user: UserID) -> Bool { users[user]?.isDisabled == false }

  /// Tokens that count as the user's: until they are revoked.
  func tokenCount(of user: UserID) -> Int {
    tokens.values.count { $0.owner == user && $0.revocation == nil }
  }

  /// Says what happened, as the last of all changes.
  mutating func note(
    _ kind: EventKind, _ subject: Event.Subject, by actor: Actor, at now: Timestamp,
    fields: [String]
  ) {
    revision = revision.next
    let event = Event(
      revision: revision, at: now, actor: actor, kind: kind, subject: subject,
      changes: fields.sorted().map { FieldChange($0) })
    told.append(event)
    events.append(event)
    eventsWeight += weight(of: event)
    while events.count > 1,
      eventsWeight > PlainAuthority.eventsKept
        || events[0].at + PlainAuthority.eventsLast <= now
    {
      eventsWeight -= weight(of: events.removeFirst())
    }
  }

  /// An event of many tokens counts as each of them.
  private func weight(of event: Event) -> Int {
    if case .tokens(let ids) = event.subject { ids.count } else { 1 }
  }
}
