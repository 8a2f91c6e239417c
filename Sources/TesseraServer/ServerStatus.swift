import Synchronization
import TesseraModel
import TesseraSystem
import TesseraWire

/// How the server is, as every thread may tell it.
package final class ServerStatus: Sendable {
  private let reasons = Mutex<(disk: String?, clock: String?)>((nil, nil))
  private let draining = Atomic<Bool>(false)
  let startedAt: Timestamp

  package init(_ time: some TimeSource) {
    startedAt = Timestamp(microseconds: time.wallMicroseconds())
  }

  /// Why changes are refused, for anyone to read; nil where they are accepted. What the disk does
  /// comes first: by a clock that is behind revocations are taken at least.
  package var readOnlyReason: String? { reasons.withLock { $0.disk ?? $0.clock } }

  var diskReason: String? {
    get { reasons.withLock { $0.disk } }
    set { reasons.withLock { $0.disk = newValue } }
  }

  var clockReason: String? {
    get { reasons.withLock { $0.clock } }
    set { reasons.withLock { $0.clock = newValue } }
  }

  var isDraining: Bool {
    get { draining.load(ordering: .relaxed) }
    set { draining.store(newValue, ordering: .relaxed) }
  }

  var serving: ServingStatus {
    isDraining ? .draining : readOnlyReason == nil ? .serving : .readOnly
  }
}

/// What happened, counted. Each is a number that only grows.
public final class Counters: Sendable {
  public enum Counter: Int, CaseIterable, Sendable {
    case connectionsAccepted
    case connectionsRefused
    case connectionsClosed
    case handshakesFailed
    case handshakesTimedOut
    case connectionsIdledOut
    /// Closed for what they held while all held too much.
    case connectionsShed
    case framesRefused
    case messagesRefused
    case callsUnauthenticated
    /// Sign-ins and confirmations with a password that is not the user's.
    case passwordsWrong
    /// Those that were refused for the wrong ones before them.
    case passwordsSlowed
    /// Values that were shown to authenticate and were refused.
    case tokensRefused
  }

  private let values: [CounterCell]

  init() { values = Counter.allCases.map { _ in CounterCell() } }

  public subscript(counter: Counter) -> UInt64 {
    values[counter.rawValue].value.load(ordering: .relaxed)
  }

  func count(_ counter: Counter) {
    values[counter.rawValue].value.add(1, ordering: .relaxed)
  }

  private final class CounterCell: Sendable {
    let value = Atomic<UInt64>(0)
  }
}
