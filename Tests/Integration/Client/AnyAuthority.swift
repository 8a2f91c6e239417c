import TesseraClient

/// A token authority as a caller of the library has one: served over TLS, or in memory.
enum AnyAuthority: CaseIterable, Sendable {
  case served
  case inMemory

  /// Lends an authority that is new but for a user `ada`, who may do everything.
  func with(_ body: (any AuthorityAdministration) async throws -> Void) async throws {
    switch self {
    case .inMemory: try await body(InMemoryAuthority(administrators: ["ada"]))
    case .served:
      let server = try TestAuthority()
      let client = try server.client(.token(server.rootToken))
      var ada = CreateUserRequest("ada")
      ada.isAdmin = true
      _ = try await client.createUser(ada)
      try await body(client)
      await client.close()
    }
  }
}

extension TestAuthority {
  func client(_ credential: Credential) throws -> TesseraClient {
    try TesseraClient(
      .init(
        address: server.address.description,
        trustedCertificates: .bytes(TestAuthority.certificates.authority), credential: credential))
  }
}

/// How a call was refused: `INVALID_ARGUMENT projects`; nil where it was not.
func refusal(_ body: () async throws -> Void) async throws -> String? {
  do {
    try await body()
    return nil
  } catch TesseraError.refused(let refusal) {
    return refusal.field.isEmpty ? refusal.code.name : "\(refusal.code.name) \(refusal.field)"
  }
}
