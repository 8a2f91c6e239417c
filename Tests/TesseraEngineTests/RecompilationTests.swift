import Foundation
import Synchronization
import TesseraModel
import Testing

@testable import TesseraEngine

/// Readers on threads of their own while rights are compiled anew, users come and go, and names are
/// published again and again.
@Suite struct RecompilationTests {
  private final class Board: Sendable {
    let isOver = Atomic<Bool>(false)
    let checks = Atomic<Int>(0)
    let wrong = Mutex<Set<String>>([])
    /// Even while the user may do anything, odd from before that ends until after it begins again.
    let phase = Atomic<Int>(0)

    func check(_ holds: Bool, _ what: @autoclosure () -> String) {
      checks.add(1, ordering: .relaxed)
      if !holds { _ = wrong.withLock { $0.insert(what()) } }
    }
  }

  private struct Values: Sendable {
    var client: Digest
    var personal: Digest
    var toggled: Digest
    var now: Timestamp
  }

  private static func read(_ engine: Engine, _ board: Board, _ values: Values, certificate: Caller)
  {
    let reader = engine.makeReader()
    let (alpha, read, write) = (
      Array("alpha".utf8), Array("features.read".utf8), Array("features.write".utf8)
    )
    reader.enter()
    let known = unsafe reader.project(alpha.span.bytes)
    reader.leave()
    while !board.isOver.load(ordering: .acquiring) {
      reader.enter()
      for _ in 0..<32 {
        let project = unsafe reader.project(alpha.span.bytes)
        board.check(project == known && project != .unknown, "a name is lost from sight")
        func ask(_ digest: Digest, _ method: [UInt8]) -> Verdict {
          let question = Question(
            project: project, method: unsafe reader.method(method.span.bytes))
          return reader.validate(digest, question, for: .unlimited, now: values.now).verdict
        }
        for digest in [values.client, values.personal] {
          let verdict = ask(digest, read)
          board.check(verdict == .allowed, "\(verdict) for what is always allowed")
          let other = ask(digest, write)
          board.check(other == .allowed || other == .missingScope, "\(other), which was never true")
        }
        let before = board.phase.load(ordering: .acquiring)
        let verdict = ask(values.toggled, read)
        atomicMemoryFence(ordering: .acquiring)
        let isSteady = before & 1 == 0 && board.phase.load(ordering: .acquiring) == before
        board.check(
          verdict == .allowed || (!isSteady && verdict == .ownerInactive),
          "\(verdict) for a user who may, or may not")
        let rights = reader.validationRights(of: certificate, now: values.now)
        let limited = reader.validate(values.client, Question(), for: rights, now: values.now)
        board.check(limited.verdict == .allowed, "a certificate's rights are lost")
      }
      reader.leave()
    }
  }

  @Test func `no verdict is ever wrong while rights are compiled anew`() async {
    var authority = Authority()
    let scopes = ScopeSelection.some(sets: ["Readers"], methods: [])
    authority.put(.role(.init("R", grants: [Grant(.project(.alpha), scopes: scopes)])))
    authority.put(.bob, roles: ["R"])
    authority.put("carol", [Grant(.allProjects, scopes: .all)])
    let values = Values(
      client: authority.issue(.client) {
        $0.projects = .list([.alpha, .beta])
        $0.scopes = scopes
      }.credentials.current,
      personal: authority.issue(.personal) { $0.owner = .bob }.credentials.current,
      toggled: authority.issue(.personal) { $0.owner = "carol" }.credentials.current,
      now: authority.now)
    let certificate = Caller.certificate(
      name: "ops",
      access: CertificateAccess(
        permissions: [PermissionGrant(.tokensValidate, projects: ["delta", .alpha])],
        in: authority.engine))
    let board = Board()
    let threads = 3
    let ended = AsyncStream<Void>.makeStream()
    let engine = authority.engine
    for _ in 0..<threads {
      Thread.detachNewThread {
        RecompilationTests.read(engine, board, values, certificate: certificate)
        ended.continuation.yield()
      }
    }
    for step in 0..<2_000 {
      let isOdd = step % 2 == 1
      apply(.putEntry(.project(.init("delta"))), authority)
      apply(
        .putEntry(.scopeSet(.init("Readers", methods: isOdd ? [.read] : [.read, .write]))),
        authority)
      apply(
        .putEntry(
          .role(.init("R", grants: [Grant(.project(.alpha), scopes: isOdd ? .all : scopes)]))),
        authority)
      var user = UserRecord(
        "carol", isDisabled: true, createdAt: authority.now, createdBy: .offline("test"))
      board.phase.add(1, ordering: .sequentiallyConsistent)
      apply(.putUser(user), authority)
      user.isDisabled = false
      user.grants = [Grant(.allProjects, scopes: .all)]
      apply(.putUser(user), authority)
      board.phase.add(1, ordering: .sequentiallyConsistent)
      apply(.removeEntry(.project("delta"), .sample), authority)
    }
    let checked = board.checks.load(ordering: .relaxed)
    while board.checks.load(ordering: .relaxed) < checked + 10_000 { await Task.yield() }
    board.isOver.store(true, ordering: .releasing)
    var iterator = ended.stream.makeAsyncIterator()
    for _ in 0..<threads { await iterator.next() }
    let wrong = board.wrong.withLock { $0 }
    #expect(wrong.isEmpty, "\(wrong)")
    engine.reclaim()
    engine.checkInvariants()
    #expect(engine.places.waiting == 0, "with no reader online all is given back")
  }

  /// Without the check of invariants after each, which would take all the time.
  private func apply(_ mutation: Mutation, _ authority: borrowing Authority) {
    authority.engine.apply([
      JournalEntry(
        revision: authority.engine.revision.next, at: authority.now, actor: .offline("test"),
        kind: .entryUpdated, mutation: mutation)
    ])
  }
}
