import Logging
import TesseraJournal

// What a disk that fails means for those who are served.
extension CommitStage {
  /// Between two looks for room, on the monotonic clock in nanoseconds.
  private static var roomSearchInterval: Int64 { 1_000_000_000 }

  /// Sets the reserve aside before anything is served; without room for it, changes are refused.
  mutating func checkRoom() {
    do {
      try journal.restoreReserve()
    } catch {
      note(error, .ordinary)
    }
    if let failure = journal.allocationFailure {
      logger.warning(
        "no room can be kept for revocations: on a full disk they are refused too: \(failure)")
    }
    seekRoom()
  }

  /// Looks now and then whether there is room again, so that nobody has to ask for a change first.
  mutating func seekRoom() {
    guard journal.lacksRoom, !hasEnded else {
      roomSearch = nil
      return
    }
    let now = time.monotonicNanoseconds()
    guard let due = roomSearch else {
      roomSearch = now + Self.roomSearchInterval
      return
    }
    guard now >= due else { return }
    do {
      try journal.restoreReserve()
      roomSearch = nil
      noteAccepted()
    } catch {
      roomSearch = now + Self.roomSearchInterval
      note(error, .ordinary)
    }
  }

  /// Says once what changed, to the log and to whoever asks for health.
  mutating func note(_ error: JournalError, _ room: Journal<D>.Room) {
    if case .batchTooLarge = error { return }
    if room == .reserve, error.isDiskFull { reserveIsUsedUp = true }
    let reason = readOnlyReason(error)
    guard status.diskReason != reason else { return }
    status.diskReason = reason
    logger.log(level: hasEnded ? .critical : .error, "\(reason): \(error)")
  }

  /// Says once that the journal's segment grows since there can be no other.
  mutating func noteRotation() {
    guard journal.rotationFailure != rotationFailure else { return }
    rotationFailure = journal.rotationFailure
    guard let rotationFailure else { return }
    logger.warning("the journal has no next segment, and the last one goes on: \(rotationFailure)")
  }

  mutating func noteAccepted() {
    reserveIsUsedUp = false
    if status.diskReason == nil { return }
    status.diskReason = nil
    logger.notice("the disk takes changes again")
  }

  /// For anyone: where on the disk is for the log.
  private func readOnlyReason(_ error: JournalError) -> String {
    if hasEnded {
      return """
        the disk failed and it is not known what is on it: changes are refused until the authority \
        is restarted; validations go on
        """
    }
    if !error.isDiskFull {
      return "the disk refuses changes: each is tried; validations go on"
    }
    return reserveIsUsedUp || !journal.hasReserve
      ? "the disk is full: changes and revocations are refused until there is room; validations go on"
      : """
      the disk is full: changes are refused until there is room; revocations are taken, from a \
      reserve, and validations go on
      """
  }
}
