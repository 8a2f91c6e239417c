import TesseraModel

/// What a history came upon, and how often: one that is refused at every step shows nothing.
struct Reach {
  private(set) var verdicts: [Verdict: Int] = [:]
  private(set) var refusals: [StatusCode: Int] = [:]
  /// Changes that were applied, and how many of them users made, and holders of other tokens.
  private(set) var changes: [EventKind: Int] = [:]
  private(set) var changesByUsers = 0
  private(set) var changesByTokens = 0

  mutating func count(_ operation: History.Operation) {
    switch operation {
    case .validated(_, _, _, _, let verdict): verdicts[verdict, default: 0] += 1
    case .decided(_, _, _, .refused(let codes)):
      for code in codes { refusals[code, default: 0] += 1 }
    default: break
    }
  }

  mutating func count(_ events: [Event]) {
    for event in events {
      changes[event.kind, default: 0] += 1
      switch event.actor {
      case .user: changesByUsers += 1
      case .token: changesByTokens += 1
      case .certificate, .offline: break
      }
    }
  }
}
