import TesseraClient
import TesseraTLS

/// A token authority as a caller of the library has one: served over TLS, or in memory.
enum AnyAuthority: CaseIterable, Sendable {
  case served
  case inMemory

  /// Lends an authority that is new but for a user `ada`.
  func with(_ body: (any TokenAuthority) async throws -> Void) async throws {
    switch self {
    case .inMemory: try await body(InMemoryAuthority())
    case .served:
      let server = try TestAuthority()
      let client = try server.client(.token(server.rootToken))
      _ = try await client.createUser(CreateUserRequest("ada", name: "Ada"))
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
