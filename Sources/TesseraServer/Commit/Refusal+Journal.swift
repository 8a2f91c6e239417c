import TesseraJournal
import TesseraModel

extension Refusal {
  static let deadlinePassed = Refusal(
    .deadlineExceeded, "the deadline passed before the call was carried out; nothing was changed")

  /// For who has left already, and is told nothing.
  static let notAwaited = Refusal(
    .cancelled, "nobody waits for the answer any more; nothing was changed")

  /// What a caller is told when the disk does not take a change. Where and why is in the log.
  ///
  /// - Parameter hadEnded: whether the journal had ended before this change was to be written.
  init(journalFailure error: JournalError, hadEnded: Bool) {
    switch error {
    case .refused where error.isDiskFull:
      self.init(
        .resourceExhausted,
        "the authority's disk is full: nothing was changed; validations go on",
        retryAfterMilliseconds: 1_000)
    case .batchTooLarge:
      self.init(
        .resourceExhausted, "too many changes at once: nothing was changed; try again",
        retryAfterMilliseconds: 100)
    case .refused:
      self.init(
        .unavailable, "the authority's disk refused the change: nothing was changed",
        retryAfterMilliseconds: 1_000)
    case _ where hadEnded:
      self.init(
        .unavailable,
        "the authority accepts no changes until it is restarted: nothing was changed; "
          + "validations go on")
    default:
      self.init(
        .unavailable,
        "the disk failed while the change was made durable: it may be there when the authority is "
          + "restarted, and until then no changes are accepted; validations go on",
        isOutcomeUnknown: true)
    }
  }
}
