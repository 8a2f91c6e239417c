import TesseraModel
import TesseraWire

extension TesseraClient {
  public func createUser(
    _ request: CreateUserRequest
  ) async throws(TesseraError) -> ChangedUser {
    try ChangedUser(try await call(request, isRepeatable: false))
  }

  public func updateUser(
    _ request: UpdateUserRequest
  ) async throws(TesseraError) -> ChangedUser {
    try ChangedUser(try await call(request, isRepeatable: request.ifVersion != nil))
  }

  public func deleteUser(_ id: UserID) async throws(TesseraError) -> Deletion {
    // A repetition would be answered NOT_FOUND.
    let response = try await call(DeleteUserRequest(id), isRepeatable: false)
    return Deletion(
      revokedTokens: Int(response.revokedTokens), revision: response.revision)
  }

  public func user(_ id: UserID) async throws(TesseraError) -> User {
    try ChangedUser(try await call(GetUserRequest(id))).user
  }

  public func listUsers(_ request: ListUsersRequest) async throws(TesseraError) -> Page<User> {
    let response = try await call(request)
    return Page(
      response.users, nextPageToken: response.nextPageToken, revision: response.revision)
  }

  @discardableResult
  public func setPassword(
    _ password: Secret?, of user: UserID
  ) async throws(TesseraError) -> Revision {
    // After one's own was changed, a repetition would be confirmed with the one before.
    let request = SetPasswordRequest(user, password: password)
    return try await call(request, isRepeatable: false).revision
  }
}

extension TesseraClient {
  public func createEntry(_ entry: RegistryEntry) async throws(TesseraError) -> ChangedEntry {
    try ChangedEntry(try await call(CreateEntryRequest(entry), isRepeatable: false))
  }

  public func updateEntry(
    _ entry: RegistryEntry, ifVersion: UInt32?
  ) async throws(TesseraError) -> ChangedEntry {
    let request = UpdateEntryRequest(entry, ifVersion: ifVersion)
    return try ChangedEntry(try await call(request, isRepeatable: ifVersion != nil))
  }

  public func deleteEntry(_ key: RegistryKey) async throws(TesseraError) -> Deletion {
    let response = try await call(DeleteEntryRequest(key), isRepeatable: false)
    return Deletion(
      revokedTokens: Int(response.revokedTokens), revision: response.revision)
  }

  public func entry(_ key: RegistryKey) async throws(TesseraError) -> RegistryEntry {
    try ChangedEntry(try await call(GetEntryRequest(key))).entry
  }

  public func listEntries(
    _ request: ListEntriesRequest
  ) async throws(TesseraError) -> Page<RegistryEntry> {
    let response = try await call(request)
    return Page(
      response.entries, nextPageToken: response.nextPageToken, revision: response.revision)
  }
}

extension TesseraClient {
  public func listEvents(
    _ request: ListEventsRequest
  ) async throws(TesseraError) -> Page<ChangeEvent> {
    let response = try await call(request)
    return Page(
      response.events, nextPageToken: response.nextPageToken, revision: response.revision)
  }

  public func purge(_ request: PurgeRequest) async throws(TesseraError) -> PurgeReport {
    let response = try await call(request)
    return PurgeReport(
      purged: Int(response.purged), nextPageToken: response.nextPageToken,
      revision: response.revision)
  }
}

extension ChangedUser {
  fileprivate init(_ response: some UserResponse) throws(TesseraError) {
    guard let user = response.user else {
      throw .protocolViolation("the answer lacks the user")
    }
    self.init(user: user, revision: response.revision)
  }
}

extension ChangedEntry {
  fileprivate init(_ response: some EntryResponse) throws(TesseraError) {
    guard let entry = response.entry else {
      throw .protocolViolation("the answer lacks the entry, or is of a type not known here")
    }
    self.init(entry: entry, revision: response.revision)
  }
}
