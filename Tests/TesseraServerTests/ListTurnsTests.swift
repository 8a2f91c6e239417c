import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire
import Testing

@testable import TesseraServer

@Suite struct ListTurnsTests {
  private let fixture: Fixture

  init() throws { fixture = try Fixture() }

  private func add(_ lists: inout ListTurns, deadline: Int64? = nil) throws {
    let listing = try ListRequest().listing(sorting: 10)
    lists.add(
      listing,
      QueryRequest(
        question: .list(listing), caller: fixture.caller, deadline: deadline,
        reply: fixture.address))
  }

  @Test func `few lists are in progress at a time, and all are answered`() throws {
    var lists = ListTurns()
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
    var lists = ListTurns()
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
    var lists = ListTurns()
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

  @Test func `a page takes its first element, however long, and says that more follow`() throws {
    var page = try Page<Int>(size: 0)
    let taken = [page.add(1, bytes: 2 * Page<Int>.byteLimit), page.add(2, bytes: 1)]
    #expect(taken == [true, false])
    #expect(page.isFull && page.elements == [1])
  }

  @Test func `a text that is longer than any description is refused`() throws {
    var request = ListRequest()
    request.text = String(repeating: "a", count: Limits.descriptionBytes)
    _ = try request.listing(sorting: 10)
    request.text += "a"
    #expect {
      try request.listing(sorting: 10)
    } throws: {
      ($0 as? Refusal)?.field == "text"
    }
  }
}
