import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import TesseraWire

/// Where an answer goes: a call on a connection of a reactor.
struct ReplyAddress: Sendable {
  let reactor: ReactorMailbox
  let connection: Poller.Registration
  let call: CallTicket
}

/// A command on its way to be decided.
struct CommitRequest: Sendable {
  let command: Command
  let caller: TesseraEngine.Caller
  /// When its caller stops waiting, on the monotonic clock in nanoseconds; nil for never.
  let deadline: Int64?
  /// The value that was made for an Issue or a Regenerate: shown in its answer, and nowhere else.
  let value: Secret?
  let reply: ReplyAddress
}

/// What the committer is given to do.
enum CommitWork: Sendable {
  case change(CommitRequest)
  /// It is time for a snapshot, if anything changed.
  case snapshotIsDue
  /// One was finished, or failed; another may be planned.
  case snapshotEnded(SnapshotSummary?)
}

/// What a thread other than the reactor found out, to be answered.
struct Completion: Sendable {
  enum Answer: Sendable {
    case issue(IssueResponse)
    case update(UpdateResponse)
    case regenerate(RegenerateResponse)
    case revoke(RevokeResponse)
    case list(ListResponse)
    case get(GetResponse)
    case refused(Refusal)
  }

  let connection: Poller.Registration
  let call: CallTicket
  let answer: Answer
}
