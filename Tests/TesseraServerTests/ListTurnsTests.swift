import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire
import Testing

@testable import TesseraServer

@Suite struct ListTurnsTests {
  private let engine = Engine(hashKey: (1, 2))
  private let mailbox: ReactorMailbox
  private let address: ReplyAddress
  private let rights: CallerRights
  private let now = Timestamp(microseconds: 1_800_000_000_000_000)

  init() throws {
    let digest = Digest(1, 2, 3, 4)
    let record = TokenRecord(
      id: TokenID(high: 1, low: 1), kind: .admin, name: "root", createdAt: now,
      createdBy: .offline("test"), credentials: Credentials(current: digest))
    engine.apply([
      JournalEntry(
        revision: Revision(rawValue: 1), at: now, actor: .offline("test"),
        mutation: .putToken(record, idempotency: nil))
    ])
    let reader = engine.makeReader()
    reader.enter()
    let found = try reader.rights(of: reader.authenticate(digest, now: now).get(), now: now)
    rights = try #require(found)
    mailbox = try ReactorMailbox()
    var poller = try Poller()
    address = ReplyAddress(
      reactor: mailbox, connection: try poller.add(mailbox.arrived.descriptor, for: .read),
      call: CallTicket(number: CallNumber(rawValue: 1), method: .list, serial: 1))
  }

  private func add(_ lists: inout ListTurns, deadline: Int64? = nil) throws {
    let listing = try Listing(ListRequest(), for: rights, now: now)
    lists.add(
      listing, QueryRequest(question: .list(listing), deadline: deadline, reply: address))
  }

  @Test func `few lists are in progress at a time, and all are answered`() throws {
    var lists = ListTurns()
    let asked = 10 * Limits.listsInProgress + 1
    for _ in 0..<asked { try add(&lists) }
    var answered = 0
    while !lists.isEmpty {
      #expect(lists.inProgressCount <= Limits.listsInProgress)
      lists.take(0, engine)
      answered += mailbox.takeAll().count
    }
    #expect(answered == asked)
  }

  @Test func `a list that nobody waits for any more is not looked for`() throws {
    var lists = ListTurns()
    try add(&lists, deadline: 5)
    lists.take(5, engine)
    #expect(lists.isEmpty)
    guard case .completion(let completion)? = mailbox.takeAll().first,
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
    _ = try Listing(request, for: rights, now: now)
    request.text += "a"
    #expect {
      try Listing(request, for: rights, now: now)
    } throws: {
      ($0 as? Refusal)?.field == "text"
    }
  }
}
