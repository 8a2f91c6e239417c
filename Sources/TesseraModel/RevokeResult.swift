/// What became of a token that was to be revoked. The numbers are those of
/// `tessera.v1.RevokeResult`.
public enum RevokeResult: UInt8, CaseIterable, Sendable {
  case revoked = 1
  case alreadyRevoked = 2
  case notFound = 3
  /// The caller sees the token, and it opens more than the caller may take away.
  case permissionDenied = 4
}
