import TesseraCrypto
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem

/// The state of a backup, on its way into a new directory.
///
/// What was revoked after the backup was made is valid in it. So tokens are revoked here before any
/// of it can be served, or whoever restores it says that this is known.
///
/// ```swift
/// var restoration = try Restoration(of: DirectoryView(of: backup, on: disk))
/// let count = restoration.revoke(.madeBefore(time), now: now)
/// try restoration.write(to: NewDirectory(at: path, on: disk), time)
/// ```
public struct Restoration: ~Copyable {
  /// What a start of the backup itself would find.
  public let found: RecoveryReport
  private let engine: Engine

  /// Reads the backup as a start would, without changing it.
  ///
  /// - Throws: what would stop a start from it.
  public init<D: Disk>(of backup: borrowing DirectoryView<D>) throws(JournalError) {
    let engine = Engine(hashKey: (SecureRandom.word(), SecureRandom.word()))
    engine.keepEvents(count: Limits.events, for: Limits.lifetime)
    var recovering = RecoveringEngine(engine)
    found = try backup.load(into: &recovering)
    recovering.finish(at: found.lastRevision.nextEpoch, highestTime: found.highestTime)
    self.engine = engine
  }

  /// The last change: those of the new directory follow it.
  public var revision: Revision { engine.revision }

  /// Which tokens are not to be trusted any more.
  public enum CutOff: Equatable, Sendable {
    /// Every token, so that no clock need be trusted, today's or that of the backup.
    case all
    /// Those that may have a value from before.
    case madeBefore(Timestamp)
  }

  /// Revokes the tokens before the cut-off, and says how many.
  public mutating func revoke(_ cutOff: CutOff, now: Timestamp) -> Int {
    switch cutOff {
    case .all: revoke(madeBefore: nil, now: now, reason: "restored from a backup")
    case .madeBefore(let time):
      revoke(
        madeBefore: time, now: now,
        reason: "restored from a backup; its values may be older than \(time.text)")
    }
  }

  private func revoke(madeBefore cutOff: Timestamp?, now: Timestamp, reason: String) -> Int {
    let renewed = cutOff.map { tokensRenewed(since: $0) } ?? []
    var last: TokenID?
    var count = 0
    while true {
      let tokens = engine.records(after: last, limit: Restoration.tokensAtOnce).map(\.record)
      guard let final = tokens.last else { return count }
      last = final.id
      let old = tokens.filter { token in
        guard token.revocation == nil else { return false }
        guard let cutOff else { return true }
        guard token.createdAt < cutOff else { return false }
        // An older value may still pass beside the new one.
        return !renewed.contains(token.id) || token.credentials.previous != nil
      }
      if old.isEmpty { continue }
      var batch = engine.makeBatch(now: now)
      batch.revoke(old, reason: reason, command: Restoration.command)
      engine.apply(batch.entries)
      count += old.count
    }
  }

  /// Tokens that got another value since, as far as events that are kept tell.
  private func tokensRenewed(since cutOff: Timestamp) -> Set<TokenID> {
    var renewed: Set<TokenID> = []
    var last: Revision?
    while true {
      let events = engine.events(after: last, limit: Restoration.tokensAtOnce)
      guard let final = events.last else { return renewed }
      last = final.revision
      for event in events where event.kind == .tokenRegenerated && event.at >= cutOff {
        if case .tokens(let ids) = event.subject { renewed.formUnion(ids) }
      }
    }
  }

  /// Makes an ADMIN token for whoever restores.
  ///
  /// - Parameter value: as `TokenValue.make` makes it; kept on disk by the caller before.
  public mutating func issueRootToken(_ value: [UInt8], now: Timestamp) -> TokenID {
    var batch = engine.makeBatch(now: now)
    let id = batch.issueRootToken(
      digest: unsafe SHA256.digest(of: value.span.bytes), entropy: SecureRandom.word(),
      command: Restoration.command)
    engine.apply(batch.entries)
    return id
  }

  /// Fills the new directory, which can be served when this returns.
  ///
  /// - Throws: `.disk`, or `.damaged` where what is read back is not what was written. What is
  ///   there then is no authority.
  public consuming func write<D: Disk>(
    to directory: consuming NewDirectory<D>
  ) throws(JournalError) {
    _ = try SnapshotRun.whole(directory.snapshotPlan(covering: revision), of: engine)
    try directory.finish(after: revision)
  }

  static let command = "restore"
  private static let tokensAtOnce = 1_000
}
