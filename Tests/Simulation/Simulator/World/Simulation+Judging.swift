import SimulatedMachine
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraWire

// What happened inside a step is told to the oracle, in order.
extension Simulation {
  /// Hears of all that happened. Perhaps the machine stopped in the midst of it: the rest then
  /// never happened, and `stopped` is what is left.
  mutating func judge() throws(Finding) {
    for happening in witness.takeAll() {
      switch happening {
      case .decided(let entries, let applied):
        trace.note("  decided up to revision \(entries.last!.revision.rawValue)")
        batches += 1
        try oracle.decided(entries, applied: applied)
      case .answered(let request, let answer, let applied):
        try hear(answer, to: request, applied: applied)
      case .validated(let value, let verdict, let applied):
        try oracle.checkInFlight(verdict, of: value, applied: applied, at: now)
      case .image(let image, let call):
        if random.oneIn(60) {
          trace.note("  the machine stops in \(call)")
          stopped = image
          return
        }
        try examine(image, call)
      }
    }
    guard let view, stopped == nil else { return }
    if hasEnded, disk.disturbances == disturbances.before {
      throw Finding("the journal has ended, and the disk did all it was asked to")
    }
    try oracle.look(applied: view.engine.revision, hasEnded: hasEnded)
  }

  private mutating func hear(
    _ answer: Completion.Answer, to request: Int, applied: Revision
  ) throws(Finding) {
    switch answer {
    case .refused(let refusal):
      trace.note("  answer to \(request): \(refusal.message)")
      try checkBlame(refusal)
      if refusal.isForWantOfRoom { tally.roomRefusals += 1 }
      try oracle.look(applied: applied, hasEnded: refusal.isOutcomeUnknown)
      if !refusal.isOutcomeUnknown, let value = requests[request].madeValue {
        oracle.refused(value)
      }
    case .message(let message):
      trace.note("  answer to \(request): done")
      try oracle.look(applied: applied, hasEnded: false)
      try hear(message, to: requests[request])
    case .signedIn: throw Finding("a change was answered as a sign-in")
    }
  }

  /// The disk is blamed for nothing that it did not do. A journal that has ended is told of for as
  /// long as the process lives.
  private func checkBlame(_ refusal: Refusal) throws(Finding) {
    guard refusal.code == .unavailable || refusal.isForWantOfRoom else { return }
    let before = hasEnded ? disturbances.before : disturbances.judged
    if disk.disturbances == before {
      throw Finding(
        "a change was refused on a disk that did all it was asked to: \(refusal.message)")
    }
  }

  private mutating func hear(
    _ message: any WireMessage, to command: Command
  ) throws(Finding) {
    switch message {
    case let message as IssueResponse:
      try oracle.acknowledged(message.revision)
      guard let id = message.token?.id, let value = command.madeValue else { break }
      if message.replayed {
        oracle.refused(value)
      } else {
        try oracle.acknowledgedOpened(id, value)
        workload.learn(id)
      }
    case let message as RevokeResponse:
      try oracle.acknowledged(message.revision)
      // The first batch was refused: revocations were written again, to the reserve.
      if batches > 1, message.outcomes.contains(where: { $0.result == .revoked }) {
        tally.reserveRevocations += 1
      }
      for outcome in message.outcomes {
        guard let id = outcome.id else { continue }
        if outcome.result == .revoked || outcome.result == .alreadyRevoked {
          try oracle.acknowledgedRevoked(id)
        }
      }
    case let message as ImportResponse:
      try oracle.acknowledged(message.revision)
      for outcome in message.outcomes { if let id = outcome.id { workload.learn(id) } }
    case let message as RegenerateResponse: try oracle.acknowledged(message.revision)
    case let message as UpdateResponse: try oracle.acknowledged(message.revision)
    case let message as PurgeResponse: try oracle.acknowledged(message.revision)
    case let message as CreateEntryResponse: try oracle.acknowledged(message.revision)
    case let message as UpdateEntryResponse: try oracle.acknowledged(message.revision)
    case let message as DeleteEntryResponse: try oracle.acknowledged(message.revision)
    case let message as CreateUserResponse: try oracle.acknowledged(message.revision)
    case let message as UpdateUserResponse: try oracle.acknowledged(message.revision)
    case let message as DeleteUserResponse: try oracle.acknowledged(message.revision)
    case let message as SetPasswordResponse: try oracle.acknowledged(message.revision)
    default: throw Finding("an answer that no change has: \(type(of: message))")
    }
  }
}

extension Refusal {
  /// Whether the disk is full, and not some other limit reached.
  var isForWantOfRoom: Bool { code == .resourceExhausted && message.contains("disk is full") }
}
