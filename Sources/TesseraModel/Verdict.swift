/// The answer to a validation. Of several that apply the first is given, in the order of the cases
/// from `malformed` on; `allowed` where none does. The numbers are those of `tessera.v1.Verdict`.
public enum Verdict: UInt8, CaseIterable, Sendable {
  case allowed = 1
  case malformed = 2
  case notFound = 3
  case revoked = 4
  case expired = 5
  case ownerInactive = 6
  case wrongKind = 7
  case wrongProject = 8
  case wrongEnvironment = 9
  case missingScope = 10

  /// The name the protocol and the tools print: `WRONG_KIND`.
  public var name: String {
    switch self {
    case .allowed: "ALLOWED"
    case .malformed: "MALFORMED"
    case .notFound: "NOT_FOUND"
    case .revoked: "REVOKED"
    case .expired: "EXPIRED"
    case .ownerInactive: "OWNER_INACTIVE"
    case .wrongKind: "WRONG_KIND"
    case .wrongProject: "WRONG_PROJECT"
    case .wrongEnvironment: "WRONG_ENVIRONMENT"
    case .missingScope: "MISSING_SCOPE"
    }
  }
}
