import TesseraModel
import Testing

@testable import TesseraEngine

/// What goes with many tokens is applied in slices, and is one change all the same.
@Suite struct ApplicationTests {
  enum Removal: CaseIterable, CustomTestStringConvertible {
    case environment, project, user, method

    var testDescription: String { "\(self)" }

    var mutation: Mutation {
      switch self {
      case .environment: .removeEntry(.environment(.development), .sample)
      case .project: .removeEntry(.project(.alpha), .sample)
      case .user: .removeUser(.ada, .sample)
      case .method: .removeEntry(.method(.read), .sample)
      }
    }

    var command: Command {
      switch self {
      case .environment: .removeEntry(.environment(.development))
      case .project: .removeEntry(.project(.alpha))
      case .user: .removeUser(.ada)
      case .method: .removeEntry(.method(.read))
      }
    }
  }

  private static let count = Application.slice * 4

  /// Tokens that each of the removals is about, some of which are revoked or have two values, and
  /// others.
  private func makeAuthority() -> Authority {
    var authority = Authority()
    authority.engine.keepEvents(count: PlainAuthority.eventsKept, for: PlainAuthority.eventsLast)
    let (now, actor) = (authority.now, authority.root.actor)
    var revision = authority.engine.revision
    authority.engine.apply(
      (0..<ApplicationTests.count * 2).map { number in
        revision = revision.next
        var record = TokenRecord(
          id: TokenID(high: 2, low: UInt64(number)), kind: number % 2 == 0 ? .client : .personal,
          name: "token \(number)", description: number % 3 == 0 ? "one of three" : "",
          createdAt: now, createdBy: number % 4 == 0 ? .user(.bob, through: nil) : actor,
          credentials: Credentials(current: .sample(1 << 40 + UInt64(number))))
        if record.kind == .client {
          record.projects =
            number % 8 == 0 ? .list([.alpha, .beta]) : number % 8 == 2 ? .one(.beta) : .one(.alpha)
          record.environment = number % 16 == 4 ? .production : .development
        } else {
          record.owner = number % 16 == 1 ? .bob : .ada
        }
        // Many sets of rights.
        record.scopes = .some(
          sets: number % 5 == 0 ? ["Readers"] : [],
          methods: [.read, .write] + (number % 7 == 0 ? [.send] : []))
        if number % 11 == 0 { record.revoke(.sample) }
        if number % 13 == 0 {
          record.credentials.previous = .init(
            digest: .sample(1 << 41 + UInt64(number)), validUntil: now + .seconds(60))
        }
        return JournalEntry(
          revision: revision, at: now, actor: actor, kind: .tokenIssued,
          mutation: .putToken(record, idempotency: nil))
      })
    authority.put(.bob)
    return authority
  }

  @Test(arguments: Removal.allCases)
  func `a removal is applied in slices, and a snapshot between them is brought up to date`(
    _ removal: Removal
  ) {
    let authority = makeAuthority()
    let engine = authority.engine
    let before = engine.revision
    let entry = JournalEntry(
      revision: before.next, at: authority.now, actor: authority.root.actor, kind: .entryRemoved,
      mutation: removal.mutation)
    var application = Application([entry])
    var snapshots: [HeldState] = [HeldState(engine)]
    while !application.isEmpty {
      let seen = engine.records(after: nil, limit: .max).map(\.record)
      engine.ledger.withLock {
        $0.apply(&application)
        _ = $0.settle()
      }
      let changed = zip(seen, engine.records(after: nil, limit: .max)).count { $0 != $1.record }
      // A set of rights is many tokens'.
      let isOneByOne = removal == .environment || removal == .user
      #expect(changed <= Application.slice || !isOneByOne)
      guard !application.isEmpty else { break }
      #expect(engine.revision == before && engine.appliedRevision == before)
      snapshots.append(HeldState(engine))
    }
    while !engine.ledger.withLock({ $0.settle() }) {}
    #expect(engine.revision == before.next)
    #expect(snapshots.count > 3 || removal == .method, "\(snapshots.count)")
    engine.checkInvariants()
    let after = HeldState(engine)
    for snapshot in snapshots {
      let restored = snapshot.restored(hashKey: (5, 6))
      restored.apply([entry])
      restored.checkInvariants()
      let found = HeldState(restored)
      #expect(found.tokens == after.tokens)
      #expect(found.users == after.users && found.entries == after.entries)
      #expect(found.events == after.events && found.revision == after.revision)
    }
  }

  /// What is found in slices is what goes, the changes of the same batch among it.
  @Test(arguments: Removal.allCases)
  func `as many tokens as a removal revokes are told of`(_ removal: Removal) {
    var authority = makeAuthority()
    authority.engine.limitTokens(perOwner: ApplicationTests.count)
    func live() -> Int {
      authority.engine.records(after: nil, limit: .max).count { $0.record.revocation == nil }
    }
    var batch = authority.engine.makeBatch(now: authority.now)
    let revoked = TokenID(high: 2, low: 6)
    let commands: [Command] = [
      .issue(authority.makeIssue(.client)), .issue(authority.makeIssue(.personal)),
      .revoke(RevokeCommand(.tokens([revoked]))), removal.command,
    ]
    let before = live()
    let outcomes = commands.map { authority.engine.decide($0, by: authority.root, in: &batch) }
    guard case .removed(let count)? = outcomes.last else {
      Issue.record("\(outcomes)")
      return
    }
    authority.engine.apply(batch.entries)
    authority.engine.checkInvariants()
    let after = live()
    // Two were issued, and one was revoked.
    #expect(before + 1 - after == count)
    #expect((count > Application.slice) == (removal != .method))
    let named = batch.entries.compactMap { entry -> [TokenID]? in
      guard case .revokeTokens(let ids, let revocation) = entry.mutation,
        revocation.reason.hasSuffix("removed")
      else { return nil }
      return ids
    }
    #expect(named.flatMap { $0 }.count == count)
    #expect(named.allSatisfy { $0 == $0.sorted() })
  }

  @Test func `who may not remove makes nobody look for what would go`() {
    var authority = makeAuthority()
    let reader = authority.service([PermissionGrant(.registryRead)])
    let batch = authority.engine.makeBatch(now: authority.now)
    for removal in Removal.allCases {
      let going = authority.engine.tokensGoing(with: removal.command, by: reader, in: batch)
      #expect(going.isEmpty)
    }
  }
}
