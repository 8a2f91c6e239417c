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
    let listing = try Listing(ListRequest(), for: fixture.rights, now: Fixture.now)
    lists.add(
      listing, QueryRequest(question: .list(listing), deadline: deadline, reply: fixture.address))
  }

  @Test func `few lists are in progress at a time, and all are answered`() throws {
    var lists = ListTurns()
    let asked = 10 * Limits.listsInProgress + 1
    for _ in 0..<asked { try add(&lists) }
    var answered = 0
    while !lists.isEmpty {
      #expect(lists.inProgressCount <= Limits.listsInProgress)
      lists.take(0, fixture.engine)
      answered += fixture.mailbox.takeAll().count
    }
    #expect(answered == asked)
  }

  @Test func `a list that nobody waits for any more is not looked for`() throws {
    var lists = ListTurns()
    try add(&lists, deadline: 5)
    lists.take(5, fixture.engine)
    #expect(lists.isEmpty)
    guard case .completion(let completion)? = fixture.mailbox.takeAll().first,
      case .refused(let refusal) = completion.answer
    else {
      Issue.record("it was not refused")
      return
    }
    #expect(refusal.code == .deadlineExceeded)
  }

  @Test func `a text that is longer than any description is refused`() throws {
    var request = ListRequest()
    request.text = String(repeating: "a", count: Limits.descriptionBytes)
    _ = try Listing(request, for: fixture.rights, now: Fixture.now)
    request.text += "a"
    #expect {
      try Listing(request, for: fixture.rights, now: Fixture.now)
    } throws: {
      ($0 as? Refusal)?.field == "text"
    }
  }
}
