import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// Import: tokens that another authority issued.
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
      try TokenShape.check(value.bytes, shows: kind, token.projects, token.environment)
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
