import TesseraModel
import TesseraSystem

// What only a snapshot tells that is set aside, since the journal no longer reaches it. The changes
// themselves are gone; that a token was revoked can be seen.

/// Which tokens a snapshot holds as revoked.
private struct RevokedTokens: RecoverySink {
  private(set) var tokens: [TokenID: Revocation] = [:]

  mutating func beginSnapshot() {}
  mutating func restore(_ entry: RegistryEntry) {}
  mutating func restore(_ user: consuming UserRecord) {}
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {
    if let revocation = record.revocation { tokens[record.id] = revocation }
  }
  mutating func restore(_ entry: IdempotencyEntry) {}
  mutating func restore(_ event: consuming Event) {}
  mutating func replay(_ entry: consuming JournalEntry) {}
}

/// Of some tokens that are revoked, those that are not by what is kept.
private struct RevivedTokens: RecoverySink {
  private(set) var tokens: [TokenID: Revocation]
  /// Revocations of everything that something removed had, whichever tokens that were.
  private var ofRemovals: Set<Revocation> = []

  init(_ tokens: [TokenID: Revocation]) { self.tokens = tokens }

  var ids: [TokenID] { tokens.filter { !ofRemovals.contains($0.value) }.keys.sorted() }

  mutating func beginSnapshot() {}
  mutating func restore(_ entry: RegistryEntry) {}
  mutating func restore(_ user: consuming UserRecord) {}
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) { keep(record) }
  mutating func restore(_ entry: IdempotencyEntry) {}
  mutating func restore(_ event: consuming Event) {}

  mutating func replay(_ entry: consuming JournalEntry) {
    switch entry.mutation {
    case .putToken(let record, _): keep(record)
    case .putTokens(let records): for record in records { keep(record) }
    case .revokeTokens(let ids, _), .removeTokens(let ids): for id in ids { tokens[id] = nil }
    case .removeEntry(_, let revocation): ofRemovals.insert(revocation)
    case .removeUser(_, let revocation): ofRemovals.insert(revocation)
    case .putEntry, .putUser: break
    }
  }

  private mutating func keep(_ record: TokenRecord) {
    if record.revocation != nil { tokens[record.id] = nil }
  }
}

extension DirectoryView {
  /// Adds what snapshots tell that are set aside.
  ///
  /// - Parameters:
  ///   - aside: Their covered revisions, lowest first.
  ///   - kept: What is left: the covered revision of the snapshot, if any, and the segments.
  func lose(
    snapshots aside: [Revision],
    keeping kept: (snapshot: Revision?, segments: ArraySlice<Revision>), to plan: inout CutPlan
  ) throws(JournalError) {
    var revoked = RevokedTokens()
    for covered in aside {
      do throws(JournalError) {
        let file = try SnapshotFile(
          layout.snapshot(covering: covered), on: disk, authority: authority)
        // Whether or not the rest of it is intact.
        plan.lost.extend(to: file.header.revision, after: plan.last)
        let footer = try file.verify()
        plan.lost.extend(to: footer.highestRevision, after: plan.last)
        // Later ones hold what earlier ones do, but for what was purged meanwhile.
        _ = try SnapshotFile(file.path, on: disk, authority: authority).load(into: &revoked)
      } catch {
        guard case .damaged = error else { throw error }
      }
    }
    guard !revoked.tokens.isEmpty else { return }
    var revived = RevivedTokens(revoked.tokens)
    if let covered = kept.snapshot {
      _ = try SnapshotFile(layout.snapshot(covering: covered), on: disk, authority: authority)
        .load(into: &revived)
    }
    for first in kept.segments {
      do throws(JournalError) {
        var segment = try SegmentReplay(first, in: layout, authority: authority, on: disk)
        let last = plan.last
        _ = try segment.run { entry, _ in if entry.revision <= last { revived.replay(entry) } }
      } catch {
        // As far as it is kept it was given: what follows is what goes.
        guard case .damaged = error else { throw error }
      }
    }
    let known = Set(plan.lost.revokedTokens)
    plan.lost.tokensRevokedInSnapshots = revived.ids.filter { !known.contains($0) }
  }
}
