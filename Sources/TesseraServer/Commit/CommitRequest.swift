import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import TesseraWire

/// Who is told what became of a change.
package protocol AnswerSink: Sendable {
  /// Called once for each request. It must not wait.
  func send(_ answer: Completion.Answer)
  /// Whether anybody waits for the answer still. Who has left is answered too, and nothing is done
  /// for them.
  var isAwaited: Bool { get }
}

extension AnswerSink {
  package var isAwaited: Bool { true }
}

/// Where an answer goes: a call on a connection of a reactor.
struct ReplyAddress: AnswerSink {
  let reactor: ReactorMailbox
  let connection: Poller.Registration
  let call: CallTicket

  var isAwaited: Bool { call.interest.isAlive }
}

/// A command on its way to be decided.
package struct CommitRequest: Sendable {
  /// What the answer needs and the engine is not told.
  package enum Supplement: Sendable {
    case none
    /// The value that was made for an Issue or a Regenerate: shown in its answer, and nowhere else.
    case value(Secret)
    /// Tokens of an import that are not in the command, by their place in the request.
    case refused([Int: Refusal])
    /// The page tokens of the request that its next page belongs to.
    case pages(PageSeal)
  }

  var command: Command
  /// Whether the tokens that its filter means are to be found before it is decided.
  var needsSearch = false
  let caller: TesseraEngine.Caller
  /// When its caller stops waiting, on the monotonic clock in nanoseconds; nil for never.
  let deadline: Int64?
  let supplement: Supplement
  /// About how much memory it holds.
  let bytes: Int
  let reply: any AnswerSink

  package init(
    command: Command, caller: TesseraEngine.Caller, deadline: Int64?, supplement: Supplement,
    bytes: Int, reply: any AnswerSink
  ) {
    self.command = command
    self.caller = caller
    self.deadline = deadline
    self.supplement = supplement
    self.bytes = bytes
    self.reply = reply
  }
}

/// What the committer is given to do.
package enum CommitWork: Sendable {
  case change(CommitRequest)
  /// It is time for a snapshot, if anything changed.
  case snapshotIsDue
  /// One was finished, or failed; another may be planned.
  case snapshotEnded(SnapshotSummary?)
  /// Somebody asks for a snapshot of all there is now.
  case snapshotNow(any AnswerSink)
  /// Somebody asks for a copy of all there is now.
  case beginBackup(BackupTable, any AnswerSink)
}

/// What a thread other than the reactor found out, to be answered.
package struct Completion: Sendable {
  package enum Answer: Sendable {
    case message(any WireMessage)
    /// The password was right: the connection's caller from now on.
    case signedIn(TesseraEngine.Caller)
    case refused(Refusal)
  }

  let connection: Poller.Registration
  let call: CallTicket
  let answer: Answer
}
