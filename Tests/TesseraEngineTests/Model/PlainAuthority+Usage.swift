import TesseraModel

/// How often a token's values passed, each value for itself.
struct PlainUsage: Equatable {
  var uses: UInt64 = 0
  var lastUsedAt: [Digest: Timestamp] = [:]

  mutating func passOn(to credentials: Credentials) {
    var kept: [Digest: Timestamp] = [:]
    for (digest, last) in lastUsedAt {
      let heir = credentials.previous?.digest == digest ? digest : credentials.current
      kept[heir] = max(kept[heir] ?? last, last)
    }
    lastUsedAt = kept
  }
}

extension PlainAuthority {
  /// One more use of a value that passed. Seconds are enough.
  mutating func use(_ digest: Digest, at now: Timestamp) {
    guard let token = token(holding: digest) else { return }
    usage[token.id, default: PlainUsage()].uses += 1
    // A clock that goes back does not take back that the value was used.
    let second = Timestamp(microseconds: now.microseconds / 1_000_000 * 1_000_000)
    let last = usage[token.id]?.lastUsedAt[digest] ?? .earliest
    usage[token.id]?.lastUsedAt[digest] = max(last, second)
  }

  func usage(of token: TokenRecord) -> TokenUsage {
    guard let usage = usage[token.id] else { return .none }
    return TokenUsage(
      uses: usage.uses, lastUsedAt: usage.lastUsedAt.values.max(),
      previousLastUsedAt: token.credentials.previous.flatMap { usage.lastUsedAt[$0.digest] })
  }

  /// When a value was last used that the token has no more is remembered with its current one.
  mutating func passOnUses(of token: TokenRecord) {
    usage[token.id]?.passOn(to: token.credentials)
    durableUsage[token.id]?.passOn(to: token.credentials)
  }

  /// The uses so far are on disk now. The last use of the value before the current one is kept
  /// apart there, and no other.
  mutating func keepUses() {
    for token in tokens.values {
      let known = usage(of: token)
      guard let last = known.lastUsedAt else { continue }
      usage[token.id]?.lastUsedAt[token.credentials.current] = last
    }
    durableUsage = usage
  }

  /// Uses that are not on disk are forgotten.
  mutating func loseUses() { usage = durableUsage }
}
