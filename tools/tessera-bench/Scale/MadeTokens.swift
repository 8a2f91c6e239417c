import TesseraEngine
import TesseraModel

/// Tokens by number: the same number makes the same token, so that none has to be remembered to be
/// asked for.
enum MadeTokens {
  static let now = Timestamp(microseconds: 1_800_000_000_000_000)
  private static let actor = Actor.offline("scale")
  private static let project = ProjectSelection.one(ProjectID("default"))
  private static let environment = EnvironmentID("development")

  /// As evenly spread as a hash.
  @inline(__always)
  static func digest(_ number: Int) -> Digest {
    let word = UInt64(number) &* 4
    return Digest(
      SplitMix64.mix(word), SplitMix64.mix(word &+ 1), SplitMix64.mix(word &+ 2),
      SplitMix64.mix(word &+ 3))
  }

  /// A CLIENT token with a name of 24 bytes.
  static func record(_ number: Int) -> TokenRecord {
    // A thousand in each millisecond; the upper bit of `low` stays 0.
    let milliseconds = UInt64(now.microseconds / 1_000) + UInt64(number / 1_000)
    return TokenRecord(
      id: TokenID(high: milliseconds << 16, low: UInt64(number)), kind: .client,
      name: BenchName.text(UInt64(number)), projects: project, environment: environment,
      createdAt: now, createdBy: actor, credentials: Credentials(current: digest(number)))
  }

  /// Puts tokens into the engine as the committer does, so many in one batch.
  static func apply(_ numbers: Range<Int>, to engine: Engine) {
    var revision = engine.revision
    engine.apply(
      numbers.map { number in
        revision = revision.next
        return JournalEntry(
          revision: revision, at: now, actor: actor,
          kind: .tokenIssued, mutation: .putToken(record(number), idempotency: nil))
      })
  }
}
