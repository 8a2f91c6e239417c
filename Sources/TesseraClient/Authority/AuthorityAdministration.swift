import TesseraModel
import TesseraWire

/// What keeps the users, the registry and the log of events beside the tokens: a ``TesseraClient``,
/// or what a caller's own tests put in its place.
///
/// A change that might have been made, but whose answer was lost, ends with
/// ``TesseraError/outcomeUnknown(_:)`` unless it says here that it is repeated.
public protocol AuthorityAdministration: TokenAuthority {
  /// A new user. ALREADY_EXISTS where there is one with this id; so a lost call is not repeated, as
  /// that answer could not be told from the call's own success.
  func createUser(_ request: CreateUserRequest) async throws(TesseraError) -> ChangedUser

  /// Changes what the request names of a user. With `ifVersion` the call is repeated where the
  /// connection is lost.
  func updateUser(_ request: UpdateUserRequest) async throws(TesseraError) -> ChangedUser

  /// Removes a user and revokes their tokens.
  func deleteUser(_ id: UserID) async throws(TesseraError) -> Deletion

  /// What the authority tells about one user.
  func user(_ id: UserID) async throws(TesseraError) -> User

  /// One page of the users that the request fits, in order of their ids.
  func listUsers(_ request: ListUsersRequest) async throws(TesseraError) -> Page<User>

  /// Sets the password that a user signs in with; nil takes it away. Connections on which they
  /// signed in with the one before end. As every change by a user, it is confirmed.
  ///
  /// - Parameter password: `Limits.passwordBytes` of UTF-8.
  /// - Returns: the position of the change in the journal.
  @discardableResult
  func setPassword(_ password: Secret?, of user: UserID) async throws(TesseraError) -> Revision

  /// A new project, environment, method, scope set or role. Its version says nothing.
  func createEntry(_ entry: RegistryEntry) async throws(TesseraError) -> ChangedEntry

  /// Makes an entry as it is given here, whole. With `ifVersion` the call is repeated where the
  /// connection is lost.
  ///
  /// - Parameter ifVersion: the version that the change was made for; another than the entry's is
  ///   ABORTED, unless the entry is as asked already. The entry's own version says nothing.
  func updateEntry(
    _ entry: RegistryEntry, ifVersion: UInt32?
  ) async throws(TesseraError) -> ChangedEntry

  /// Takes an entry out of everything that names it. A project's or an environment's own tokens are
  /// revoked.
  func deleteEntry(_ key: RegistryKey) async throws(TesseraError) -> Deletion

  /// What the authority tells about one entry.
  func entry(_ key: RegistryKey) async throws(TesseraError) -> RegistryEntry

  /// One page of the entries that the request fits, in order of their names.
  func listEntries(_ request: ListEntriesRequest) async throws(TesseraError) -> Page<RegistryEntry>

  /// One page of the events that the request fits, the newest first.
  func listEvents(_ request: ListEventsRequest) async throws(TesseraError) -> Page<ChangeEvent>

  /// Removes tokens that were revoked, or expired, before a moment: one page of them. Repeated
  /// where the connection is lost; what the lost call removed is not counted then.
  func purge(_ request: PurgeRequest) async throws(TesseraError) -> PurgeReport
}

extension AuthorityAdministration {
  /// Every user that the request fits, page after page.
  public func users(
    matching request: ListUsersRequest = ListUsersRequest()
  ) -> PagedSequence<User> {
    PagedSequence(from: request.pageToken) { pageToken throws(TesseraError) in
      var asked = request
      asked.pageToken = pageToken
      return try await listUsers(asked)
    }
  }

  /// Makes an entry as it is given here, whatever it was.
  public func updateEntry(_ entry: RegistryEntry) async throws(TesseraError) -> ChangedEntry {
    try await updateEntry(entry, ifVersion: nil)
  }

  /// Every entry of a type, page after page.
  ///
  /// - Parameter text: what the name or the description holds, whatever the case.
  public func entries(_ type: RegistryType, text: String = "") -> PagedSequence<RegistryEntry> {
    PagedSequence(from: []) { pageToken throws(TesseraError) in
      var asked = ListEntriesRequest(type)
      asked.text = text
      asked.pageToken = pageToken
      return try await listEntries(asked)
    }
  }

  /// Every event that the request fits, page after page, the newest first.
  public func events(
    matching request: ListEventsRequest = ListEventsRequest()
  ) -> PagedSequence<ChangeEvent> {
    PagedSequence(from: request.pageToken) { pageToken throws(TesseraError) in
      var asked = request
      asked.pageToken = pageToken
      return try await listEvents(asked)
    }
  }

  /// Removes every token that was revoked, or expired, before a moment, page after page. Their
  /// events stay. Where a page fails, those before it have gone.
  ///
  /// - Returns: how many went.
  @discardableResult
  public func purge(endedBefore moment: Timestamp) async throws(TesseraError) -> Int {
    var request = PurgeRequest(endedBefore: moment)
    var purged = 0
    while true {
      let report = try await purge(request)
      purged += report.purged
      if report.isLast { return purged }
      request.pageToken = report.nextPageToken
    }
  }
}
