import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraTLS
import TesseraWire

/// An authority as a product has one: two projects beside the default one, a few methods of the
/// product's API, and users as a test makes them. Changes need no password, so that a test whose
/// point is another need not hash any.
final class Product {
  static let start: MethodName = "environment.control.start"
  static let stop: MethodName = "environment.control.stop"
  static let restart: MethodName = "environment.control.restart"

  let authority: TestAuthority
  let admin: TestClient

  init(
    proxyKeys: [String] = [], clientCertificates: TLSContext.ClientCertificates = .ignored,
    mappings: [CertificateMapping] = [],
    _ configure: (inout ServerConfiguration) -> Void = { _ in }
  ) throws {
    authority = try TestAuthority(
      clientCertificates: clientCertificates, mappings: mappings, proxyKeys: proxyKeys
    ) { configuration in
      configuration.confirmChanges = false
      // The connections of a test may outlive it; nobody waits for them.
      configuration.drainTimeout = .zero
      configure(&configuration)
    }
    admin = try authority.admin()
    try admin.createProjects("project-a", "project-b")
    try admin.createMethods(Product.start, Product.stop, Product.restart)
  }

  /// A new user, and a connection on which they act through a PERSONAL token of theirs.
  func user(_ id: UserID, _ grants: Grant...) throws -> TestClient {
    try admin.createUser(id, grants)
    return try connect(as: id)
  }

  func connect(as id: UserID) throws -> TestClient {
    try authority.connect(as: personal(id).value)
  }

  func personal(
    _ owner: UserID, _ change: (inout IssueRequest) -> Void = { _ in }
  ) throws -> TestClient.Issued {
    try admin.issue(.personal) {
      $0.owner = owner
      change(&$0)
    }
  }

  func client(
    _ projects: ProjectSelection, _ environment: EnvironmentID = "production",
    kind: TokenKind = .client
  ) throws -> TestClient.Issued {
    try admin.issue(kind) {
      $0.projects = projects
      $0.environment = environment
    }
  }

  /// The verdict on a question whose parts are those that are given.
  func verdict(
    _ value: Secret, kind: TokenKind? = nil, project: ProjectID? = nil,
    environment: EnvironmentID? = nil, method: MethodName? = nil
  ) throws -> Verdict? {
    try admin.verdict(value) {
      if let kind { $0.kinds = KindSet(kind) }
      $0.project = project
      $0.environment = environment
      $0.method = method
    }
  }
}

extension Timestamp {
  /// By the clock of the authority, which serves on this machine.
  static func now(_ offset: Duration = .zero) -> Timestamp {
    Timestamp(microseconds: SystemClock.wallMicroseconds()) + offset
  }

  static func days(_ count: Int64) -> Timestamp { now(.seconds(count * 86_400)) }
}
