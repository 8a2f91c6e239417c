import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// Method 11: tokens that another authority issued.
///
/// The values are looked at and hashed here, so that none goes any further: a thousand of them are
/// half a millisecond.
extension Connection {
  mutating func importTokens(
    _ call: Admission<ImportRequest>, _ core: inout ReactorCore, _ replies: inout ByteBuffer
  ) throws(Refusal) {
    guard !call.request.tokens.isEmpty else {
      throw Refusal(
        .invalidArgument, "give 1 to \(Limits.tokensPerImport) tokens", field: "tokens")
    }
    var tokens: [TesseraEngine.ImportedToken] = []
    var refused: [Int: Refusal] = [:]
    for (index, token) in call.request.tokens.enumerated() {
      do throws(Refusal) {
        tokens.append(try TesseraEngine.ImportedToken(token))
      } catch {
        refused[index] = error
      }
    }
    guard !tokens.isEmpty else {
      let outcomes = refused.sorted { $0.key < $1.key }.map { ImportOutcome($0.value) }
      let response = ImportResponse(outcomes, revision: core.reader.revision)
      answer(call.header.call, response, &replies)
      return
    }
    try commit(.importTokens(tokens), call, adding: .refused(refused), &core)
  }
}

extension TesseraEngine.ImportedToken {
  /// - Throws: what is wrong with this token, its field relative to it.
  init(_ token: TesseraWire.ImportedToken) throws(Refusal) {
    guard let kind = token.kind else {
      throw Refusal(.invalidArgument, "say what kind of token", field: "kind")
    }
    let (digest, isUnchecked, isByDigest): (Digest, Bool, Bool)
    switch token.credential {
    case nil:
      throw Refusal(
        .invalidArgument, "give the token's value, or its SHA-256", field: "secret")
    case .sha256(let given): (digest, isUnchecked, isByDigest) = (given, true, true)
    case .value(let value):
      try token.requireShown(by: value, kind)
      digest = unsafe SHA256.digest(of: value.bytes.span.bytes)
      isByDigest = false
      isUnchecked = unsafe !TokenValue.hasGoodChecksum(value.bytes.span.bytes)
    }
    self.init(
      kind: kind, digest: digest, isUnchecked: isUnchecked, isByDigest: isByDigest,
      entropy: SecureRandom.word())
    name = token.name
    description = token.description
    owner = token.owner
    projects = token.projects
    environment = token.environment
    scopes = token.scopes
    permissions = token.permissions
    expiresAt = token.expiresAt
    createdAt = token.createdAt
  }
}

extension TesseraWire.ImportedToken {
  /// Refuses a value that shows something else than what the token is said to be: nobody who reads
  /// it later could tell what it opens.
  fileprivate func requireShown(by value: Secret, _ kind: TokenKind) throws(Refusal) {
    guard let shape = unsafe TokenShape(value.bytes.span.bytes) else {
      throw Refusal(
        .invalidArgument,
        "this is no token's value; of one in another form give the SHA-256", field: "value")
    }
    switch shape {
    case .bare: return
    case .admin: try require(kind == .admin, "kind", "the value is an ADMIN token's")
    case .personal: try require(kind == .personal, "kind", "the value is a PERSONAL token's")
    case .service: try require(kind == .service, "kind", "the value is a SERVICE token's")
    case .placed(let projects, let environment):
      try require(
        kind.isBoundToEnvironment, "kind", "the value is a CLIENT or a FRONTEND token's")
      let shown = String(decoding: value.bytes[environment], as: UTF8.self)
      try require(
        self.environment?.text == shown, "environment", "the value shows environment '\(shown)'")
      try requireProjects(String(decoding: value.bytes[projects], as: UTF8.self))
    }
  }

  private func requireProjects(_ shown: String) throws(Refusal) {
    let isShown =
      switch projects {
      case .one(let project): shown == project.text
      case .list: shown == "[]"
      case .all: shown == "*"
      case nil: false
      }
    let words =
      switch shown {
      case "[]": "a list of projects"
      case "*": "all projects"
      default: "project '\(shown)'"
      }
    try require(isShown, "projects", "the value is for \(words)")
  }

  private func require(
    _ holds: Bool, _ field: String, _ message: String
  ) throws(Refusal) {
    guard holds else { throw Refusal(.invalidArgument, message, field: field) }
  }
}
