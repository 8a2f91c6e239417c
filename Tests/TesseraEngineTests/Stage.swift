import TesseraModel

@testable import TesseraEngine

extension UserID {
  /// Member of beta, where she may write.
  static let carol: UserID = "carol"
  /// An administrator.
  static let eve: UserID = "eve"
  /// May write users and the registry, and read in alpha.
  static let max: UserID = "max"
}

extension RoleName {
  static let betas: RoleName = "Betas"
}

/// The kinds of callers there are, in the order of the tables' columns.
enum CallerKind: Character, CaseIterable {
  case admin = "A"
  case service = "S"
  /// Every permission that can be limited to projects, for alpha alone.
  case limitedService = "L"
  /// Bob's, who may read and send in alpha and has CREATE_PROJECT_API_TOKEN there.
  case personal = "P"
  /// Bob's, to read alone.
  case narrowPersonal = "N"
  case administratorsPersonal = "E"
  /// Bob, by password.
  case signedIn = "U"
  /// For bob, through the SERVICE token.
  case acting = "T"
  /// One that is mapped to everything.
  case certificate = "C"
  case client = "K"
  /// Max, by password.
  case manager = "M"

  static let columns = String(allCases.map(\.rawValue))
}

/// What the tables' commands are about.
struct Stage {
  var caller: Caller
  var clientOfAlpha: TokenRecord
  var clientOfBeta: TokenRecord
  /// For a list of alpha and beta.
  var clientOfBoth: TokenRecord
  var clientOfAll: TokenRecord
  var bobs: TokenRecord
  var adas: TokenRecord
  var eves: TokenRecord
  var service: TokenRecord
}

extension Authority {
  mutating func makeStage(_ kind: CallerKind) -> Stage {
    putPeople()
    let clientOfAlpha = issue(.client)
    let service = issue(.service) {
      $0.permissions = Permission.allCases.map { PermissionGrant($0) }
    }
    return Stage(
      caller: makeCaller(kind, client: clientOfAlpha, service: service),
      clientOfAlpha: issue(.client),
      clientOfBeta: issue(.client) { $0.projects = .one(.beta) },
      clientOfBoth: issue(.client) { $0.projects = .list([.alpha, .beta]) },
      clientOfAll: issue(.client) { $0.projects = .all },
      bobs: issue(.personal) { $0.owner = .bob }, adas: issue(.personal),
      eves: issue(.personal) { $0.owner = .eve }, service: service)
  }

  private mutating func putPeople() {
    put(.role(.init(.betas, grants: [Grant(.project(.beta), scopes: .methods(.write))])))
    let bobs = Grant(.project(.alpha), scopes: .methods(.read, .send), createsTokens: true)
    put(.bob, [bobs]) { $0.password = .sample(1) }
    put(.carol, roles: [.betas])
    put(.eve) { $0.isAdmin = true }
    let permissions: [Permission] = [.usersRead, .usersWrite, .registryRead, .registryWrite]
    put(
      .max,
      [
        Grant(.project(.alpha), scopes: .methods(.read)),
        Grant(.global, permissions: permissions),
      ]
    ) { $0.password = .sample(2) }
  }

  private mutating func makeCaller(
    _ kind: CallerKind, client: TokenRecord, service: TokenRecord
  ) -> Caller {
    switch kind {
    case .admin: return root
    case .service: return authenticate(service)
    case .limitedService:
      return self.service(
        Permission.allCases.filter { $0.limits.contains(.projects) }
          .map { PermissionGrant($0, projects: [.alpha]) })
    case .personal: return authenticate(issue(.personal) { $0.owner = .bob })
    case .narrowPersonal:
      return authenticate(
        issue(.personal) {
          $0.owner = .bob
          $0.scopes = .methods(.read)
        })
    case .administratorsPersonal: return authenticate(issue(.personal) { $0.owner = .eve })
    case .signedIn: return signedIn(.bob)
    case .acting:
      let reader = engine.makeReader()
      reader.enter()
      guard let acting = try? reader.acting(as: .bob, through: authenticate(service), now: now)
      else { preconditionFailure("may not act for a user") }
      return acting
    case .certificate:
      return .certificate(name: "ops", access: CertificateAccess(permissions: nil, in: engine))
    case .client: return authenticate(client)
    case .manager: return signedIn(.max)
    }
  }

  func signedIn(_ user: UserID) -> Caller {
    guard let session = engine.signIn(user)?.session else { preconditionFailure("no password") }
    return .user(session)
  }
}

extension ScopeSelection {
  static func methods(_ methods: MethodName...) -> ScopeSelection {
    .some(sets: [], methods: methods)
  }
}

extension Outcome {
  /// What became of it, in one character of a table: `+` is done.
  var mark: Character {
    switch self {
    case .refused(let refusal): refusal.mark
    case .revoked(let outcomes):
      switch outcomes.first?.result {
      case .revoked: "+"
      case .alreadyRevoked: "="
      case .permissionDenied: "-"
      case .notFound, nil: "?"
      }
    case .imported(let results):
      if case .failure(let refusal)? = results.first { refusal.mark } else { "+" }
    default: "+"
    }
  }
}

extension Refusal {
  fileprivate var mark: Character {
    switch code {
    case .permissionDenied: "-"
    case .notFound: "?"
    case .invalidArgument: "!"
    case .alreadyExists: "="
    case .failedPrecondition: "/"
    default: "x"
    }
  }
}
