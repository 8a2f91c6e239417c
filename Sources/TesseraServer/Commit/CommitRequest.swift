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
  /// What the answer needs and the engine is not told.
  enum Supplement: Sendable {
    case none
    /// The value that was made for an Issue or a Regenerate: shown in its answer, and nowhere else.
    case value(Secret)
    /// Tokens of an import that are not in the command, by their place in the request.
    case refused([Int: Refusal])
    /// Of the request that its next page belongs to.
    case fingerprint(UInt64)
  }

  var command: Command
  let caller: TesseraEngine.Caller
  /// When its caller stops waiting, on the monotonic clock in nanoseconds; nil for never.
  let deadline: Int64?
  let supplement: Supplement
  /// About how much memory it holds.
  let bytes: Int
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
    case message(any WireMessage)
    /// The password was right: the connection's caller from now on.
    case signedIn(TesseraEngine.Caller)
    case refused(Refusal)
  }

  let connection: Poller.Registration
  let call: CallTicket
  let answer: Answer
}
