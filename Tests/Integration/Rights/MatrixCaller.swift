import TesseraModel
import TesseraServer
import TesseraTLS
import TesseraWire

/// Every kind of caller there is, in the order of the matrix's columns.
enum MatrixCaller: String, CaseIterable, CustomStringConvertible {
  case nobody = "nobody"
  case admin = "ADMIN"
  case certificate = "certificate for everything"
  case limitedCertificate = "certificate for validations"
  case service = "SERVICE with every permission"
  case limitedService = "SERVICE limited to a project"
  case boundService = "SERVICE limited to a kind and an environment"
  case personal = "PERSONAL of a user"
  case scopedPersonal = "PERSONAL with scopes of its own"
  case administrator = "PERSONAL of an administrator"
  case signedIn = "user who signed in"
  case acting = "SERVICE acting for a user"
  case client = "CLIENT"

  var description: String { rawValue }
}

/// A caller, and what it calls about: an authority of its own, with tokens, users and entries
/// inside and outside of what limited callers reach.
///
/// The user is ada, who is a member of project-a and creates its tokens.
final class Matrix {
  static let password = Secret("correct horse battery")

  let caller: MatrixCaller
  let product: Product
  let client: TestClient
  private let signer = CertificateAuthority(commonName: "clients of the matrix")

  /// - Parameter permissions: what the SERVICE caller without limits has.
  init(_ caller: MatrixCaller, holding permissions: [Permission] = Permission.allCases) throws {
    self.caller = caller
    let mappings = [
      CertificateMapping(name: "all", match: .commonName("all.internal"), permissions: nil),
      CertificateMapping(
        name: "some", match: .commonName("some.internal"),
        permissions: [PermissionGrant(.tokensValidate)]),
    ]
    product = try Product(
      clientCertificates: .optional(
        authority: .bytes(signer.certificatePEM, name: "clients.pem")), mappings: mappings)
    let admin = product.admin
    let ada = Grant(.project("project-a"), scopes: .methods([Product.stop]), createsTokens: true)
    try admin.createUser("ada", [ada], password: caller == .signedIn ? Matrix.password : nil)
    try admin.createUser("root", isAdmin: true)
    try admin.createUser("bob", [.member("project-a")])
    try admin.createUser("eve", [.member("project-b")])
    try admin.create(.role(.init("Operator", grants: [.member("project-a")])))
    client = try Matrix.connect(caller, permissions, product, signer)
  }

  /// What every request of the caller carries.
  var context: CallContext? { caller == .acting ? CallContext(actAs: "ada") : nil }

  private static func connect(
    _ caller: MatrixCaller, _ permissions: [Permission], _ product: Product,
    _ signer: borrowing CertificateAuthority
  ) throws -> TestClient {
    let authority = product.authority
    switch caller {
    case .nobody: return try authority.connect()
    case .admin: return try authority.admin()
    case .certificate:
      return try authority.connect(TestAuthority.context("all.internal", signer))
    case .limitedCertificate:
      return try authority.connect(TestAuthority.context("some.internal", signer))
    case .service: return try service(product, permissions.map { PermissionGrant($0) })
    case .limitedService:
      return try service(
        product,
        Permission.allCases.filter { $0.limits.contains(.projects) }
          .map { PermissionGrant($0, projects: ["project-a"]) })
    case .boundService:
      return try service(
        product,
        Permission.allCases.filter { $0.limits.contains(.environments) }.map {
          PermissionGrant(
            $0, kinds: $0.limits.contains(.kinds) ? KindSet(.client) : nil,
            environments: ["production"])
        })
    case .personal: return try product.connect(as: "ada")
    case .scopedPersonal:
      return try authority.connect(
        as: product.personal("ada") { $0.scopes = .methods([Product.stop]) }.value)
    case .administrator: return try product.connect(as: "root")
    case .signedIn:
      let client = try authority.connect()
      _ = try client.call(AuthenticateRequest(user: "ada", password))
      return client
    case .acting: return try service(product, [PermissionGrant(.usersActAs)])
    case .client: return try authority.connect(as: product.client(.one("project-a")).value)
    }
  }

  private static func service(
    _ product: Product, _ permissions: [PermissionGrant]
  ) throws -> TestClient {
    try product.authority.connect(
      as: product.admin.issue(.service) { $0.permissions = permissions }.value)
  }
}
