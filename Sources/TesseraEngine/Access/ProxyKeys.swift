import TesseraModel

/// The digests of the proxy client keys that the configuration lists. Immutable.
final class ProxyKeys: Sendable {
  private let digests: Set<Digest>

  init(_ digests: some Sequence<Digest> = []) { self.digests = Set(digests) }

  var isEmpty: Bool { digests.isEmpty }
  func contains(_ digest: Digest) -> Bool { digests.contains(digest) }
}

extension Engine {
  /// The proxy client keys from here on. They belong to the configuration and are not durable.
  ///
  /// - Precondition: `Limits.proxyKeys` at most.
  public func setProxyKeys(_ digests: [Digest]) {
    precondition(digests.count <= Limits.proxyKeys, "refused by who reads the configuration")
    ledger.withLock {
      let old = $0.shared.proxyKeys.replace(by: ProxyKeys(digests))
      $0.retirement.retire(.object(old))
      $0.publish()
    }
  }
}

extension EngineReader {
  /// Whether a value without a good checksum may open something all the same, so that it must be
  /// looked up: an imported one, or a proxy client key.
  public var looksUpUnchecked: Bool {
    shared.uncheckedCount.load(ordering: .relaxed) > 0
      || !shared.proxyKeys.withObject { $0.isEmpty }
  }

  /// The answer where no token has the value. A proxy client key is for no project and no
  /// environment, so it passes wherever it is asked for; `unknown` is what does not exist.
  @inline(never)
  func decideProxyKey(
    _ digest: Digest, _ question: Question, for caller: ValidationRights
  ) -> Answer {
    guard shared.proxyKeys.withObject({ $0.contains(digest) }) else { return Answer(.notFound) }
    if !caller.isUnlimited, !coversProxyKeys(caller) { return Answer(.notFound) }
    if !question.kinds.contains(.proxyKey) { return Answer(.wrongKind) }
    if question.project == .unknown { return Answer(.wrongProject) }
    if question.environment == .unknown { return Answer(.wrongEnvironment) }
    if question.method == .unknown { return Answer(.missingScope) }
    return .allowedProxyKey
  }

  /// Whether a limited caller may learn of proxy client keys: by a grant for their kind that limits
  /// no projects and no environments.
  private func coversProxyKeys(_ caller: ValidationRights) -> Bool {
    caller.withAccess { caller in
      for grant in caller.grants.all where grant.permission == .tokensValidate {
        if grant.kinds.contains(.proxyKey), grant.projects == nil, grant.environments == nil {
          return true
        }
      }
      return false
    }
  }
}
