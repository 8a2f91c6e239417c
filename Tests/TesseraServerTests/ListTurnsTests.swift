import Synchronization
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import TesseraWire
import Testing

@testable import TesseraServer

@Suite struct ListTurnsTests {
  private let fixture: Fixture
  private let commits: WorkQueue<CommitWork>
  private let key = PageKey(AuthorityID(high: 1, low: 2))

  init() throws {
    fixture = try Fixture()
    commits = try WorkQueue(limit: 100)
  }

  private func makeTurns() throws -> ListTurns {
    ListTurns(ChangeRoute(commits: commits, queries: try WorkQueue(limit: 100)))
  }

  private func add(
    _ lists: inout ListTurns, by caller: TesseraEngine.Caller? = nil, deadline: Int64? = nil,
    _ reply: (any AnswerSink)? = nil
  ) throws {
    let listing = try ListRequest().listing(sorting: 10, key, now: Fixture.now)
    lists.add(
      listing,
      QueryRequest(
        question: .list(listing), caller: caller ?? fixture.caller, deadline: deadline,
        reply: reply ?? fixture.address))
  }

  /// The refusals among the answers that were given since this was asked last.
  private func refusals() -> [StatusCode] {
    fixture.mailbox.takeAll().compactMap { message in
      guard case .completion(let completion) = message,
        case .refused(let refusal) = completion.answer
      else { return nil }
      return refusal.code
    }
  }

  @Test func `few lists are in progress at a time, and all are answered`() throws {
    var lists = try makeTurns()
    let asked = 10 * Limits.listsInProgress + 1
    for _ in 0..<asked { try add(&lists) }
    var answered = 0
    while !lists.isEmpty {
      #expect(lists.inProgressCount <= Limits.listsInProgress)
      lists.take(fixture.engine, Moment(time: Fixture.now, monotonicNanoseconds: 0))
      answered += fixture.mailbox.takeAll().count
    }
    #expect(answered == asked)
  }

  @Test func `a list that nobody waits for any more is not looked for`() throws {
    var lists = try makeTurns()
    try add(&lists, deadline: 5)
    lists.take(fixture.engine, Moment(time: Fixture.now, monotonicNanoseconds: 5))
    #expect(lists.isEmpty)
    guard case .completion(let completion)? = fixture.mailbox.takeAll().first,
      case .refused(let refusal) = completion.answer
    else {
      Issue.record("it was not refused")
      return
    }
    #expect(refusal.code == .deadlineExceeded)
  }

  @Test func `a list is answered with the rights of when it is, not of when it was asked for`()
    throws
  {
    var lists = try makeTurns()
    try add(&lists)
    fixture.engine.apply([
      JournalEntry(
        revision: fixture.engine.revision.next, at: Fixture.now, actor: .offline("test"),
        kind: .tokenRevoked,
        mutation: .revokeTokens(
          [TokenID(high: 1, low: 1)],
          Revocation(at: Fixture.now, by: .offline("test"), reason: "")))
    ])
    lists.take(fixture.engine, Moment(time: Fixture.now, monotonicNanoseconds: 0))
    #expect(lists.isEmpty)
    guard case .completion(let completion)? = fixture.mailbox.takeAll().first,
      case .refused(let refusal) = completion.answer
    else {
      Issue.record("it was not refused")
      return
    }
    #expect(refusal.code == .unauthenticated)
  }

  @Test func `a list whose caller has left is let go of`() throws {
    var lists = try makeTurns()
    try add(&lists)
    fixture.address.call.interest.end()
    lists.take(fixture.engine, Moment(time: Fixture.now, monotonicNanoseconds: 0))
    #expect(lists.isEmpty)
    #expect(refusals() == [.cancelled])
  }

  @Test func `who asks for many lists keeps nobody else waiting`() throws {
    fixture.put(["ada"], password: nil)
    let reader = fixture.engine.makeReader()
    reader.enter()
    defer { reader.leave() }
    let holder = fixture.caller
    let certificate = TesseraEngine.Caller.certificate(
      name: "product", access: CertificateAccess(permissions: nil, in: fixture.engine))
    let ada = try reader.acting(as: "ada", through: certificate, now: Fixture.now)
    var lists = try makeTurns()
    let asked = Limits.listsWaiting + Limits.listsInProgressPerCaller
    for _ in 0..<asked { try add(&lists, by: holder) }
    #expect(lists.inProgressCount == Limits.listsInProgressPerCaller)
    #expect(refusals() == [])
    // There is no room for one more of the same, and there is for another's, at the first turn.
    try add(&lists, by: holder)
    #expect(refusals() == [.resourceExhausted])
    let answers = Answers()
    try add(&lists, by: ada, answers)
    #expect(refusals() == [.resourceExhausted])
    lists.take(fixture.engine, Moment(time: Fixture.now, monotonicNanoseconds: 0))
    #expect(answers.count == 1)
  }

  @Test func `what a filter revokes is found before the committer is asked`() throws {
    var lists = try makeTurns()
    for name in ["left", "right"] as [UserID] { fixture.put([name], password: nil) }
    var filter = TesseraEngine.RevokeFilter()
    filter.kinds = KindSet(.admin)
    var change = CommitRequest(
      command: .revoke(RevokeCommand(.found([], filter), reason: "all")), caller: fixture.caller,
      deadline: nil, supplement: .none, bytes: 0, reply: fixture.address)
    #expect(RevocationSearch(change) == nil, "what was searched for goes to the committer")
    change.needsSearch = true
    let search = try #require(RevocationSearch(change))
    let request = QueryRequest(
      question: .search(search), caller: fixture.caller, deadline: nil, reply: fixture.address)
    for _ in 0..<Limits.searchesPerCaller { lists.add(search, request) }
    #expect(refusals() == [])
    lists.add(search, request)
    #expect(refusals() == [.resourceExhausted])
    while !lists.isEmpty {
      lists.take(fixture.engine, Moment(time: Fixture.now, monotonicNanoseconds: 0))
    }
    let found = try #require(commits.takeAll(timeoutMilliseconds: 0))
    #expect(found.count == Limits.searchesPerCaller)
    guard case .change(let decided)? = found.first, case .revoke(let command) = decided.command,
      case .found(let ids, filter) = command.target
    else {
      Issue.record("no search came to its end")
      return
    }
    #expect(ids == [TokenID(high: 1, low: 1)] && command.reason == "all")
  }

  @Test func `a page takes its first element, however long, and says that more follow`() throws {
    var page = try Page<Int>(size: 0)
    let taken = [page.add(1, bytes: 2 * Page<Int>.byteLimit), page.add(2, bytes: 1)]
    #expect(taken == [true, false])
    #expect(page.isFull && page.elements == [1])
  }

  @Test func `a page token goes on with the list it is of, and with no other`() throws {
    let tokens = PageSeal(ListRequest(), key)
    let token = tokens.token(after: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try tokens.position(token) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(throws: Refusal.self) { try PageSeal(ListUsersRequest(), key).position(token) }
    #expect(throws: Refusal.self) { try PageSeal(ListEventsRequest(), key).position(token) }
    var narrower = ListRequest()
    narrower.owner = "ada"
    #expect(throws: Refusal.self) { try PageSeal(narrower, key).position(token) }
  }

  @Test func `a text that is longer than any description is refused`() throws {
    var request = ListRequest()
    request.text = String(repeating: "a", count: Limits.descriptionBytes)
    _ = try request.listing(sorting: 10, key, now: Fixture.now)
    request.text += "a"
    #expect {
      try request.listing(sorting: 10, key, now: Fixture.now)
    } throws: {
      ($0 as? Refusal)?.field == "text"
    }
  }
}

/// Counts answers.
private final class Answers: AnswerSink {
  private let answers = Mutex(0)

  var count: Int { answers.withLock { $0 } }
  func send(_ answer: Completion.Answer) { answers.withLock { $0 += 1 } }
}
