import TesseraEngine
import TesseraModel
import TesseraSystem
import Testing

@testable import TesseraServer

/// An engine that holds an ADMIN token and a user, and a mailbox for answers.
struct Fixture {
  static let now = Timestamp(microseconds: 1_800_000_000_000_000)

  let engine = Engine(hashKey: (1, 2))
  let mailbox: ReactorMailbox
  let address: ReplyAddress
  let caller: Caller
  let rights: CallerRights

  init() throws {
    let digest = Digest(1, 2, 3, 4)
    let root = TokenRecord(
      id: TokenID(high: 1, low: 1), kind: .admin, name: "root", createdAt: Fixture.now,
      createdBy: .offline("test"), credentials: Credentials(current: digest))
    engine.apply([
      JournalEntry(
        revision: Revision(rawValue: 1), at: Fixture.now, actor: .offline("test"),
        kind: .tokenIssued, mutation: .putToken(root, idempotency: nil))
    ])
    let reader = engine.makeReader()
    reader.enter()
    caller = try reader.authenticate(digest, now: Fixture.now).get()
    let found = reader.rights(of: caller, now: Fixture.now)
    rights = try #require(found)
    reader.leave()
    mailbox = try ReactorMailbox()
    var poller = try Poller()
    address = ReplyAddress(
      reactor: mailbox, connection: try poller.add(mailbox.arrived.descriptor, for: .read),
      call: CallTicket(number: CallNumber(rawValue: 1), method: .list, serial: 1))
  }

  /// Makes users who have this password's hash, or none.
  func put(_ users: [UserID], password: PasswordHash?) {
    for user in users {
      engine.apply([
        JournalEntry(
          revision: engine.revision.next, at: Fixture.now, actor: .offline("test"),
          kind: .userCreated,
          mutation: .putUser(
            UserRecord(
              user, password: password, createdAt: Fixture.now, createdBy: .offline("test"))))
      ])
    }
  }
}
