import Synchronization
import TesseraSystem

/// Whether work was taken by the queue it was left in.
enum WorkAdmission { case taken, full, closed }

/// Work that many threads leave and one takes, all of it at once. Bounded, in number and in bytes.
final class WorkQueue<Work: Sendable>: Sendable {
  private struct State {
    var waiting: [Work] = []
    var waitingBytes = 0
    var isClosed = false
  }

  private let limit: Int
  private let byteLimit: Int
  private let state = Mutex(State())
  private let arrived: EventFlag

  init(limit: Int, byteLimit: Int = .max) throws(SystemError) {
    self.limit = limit
    self.byteLimit = byteLimit
    arrived = try EventFlag()
  }

  /// Leaves work. The flag is raised only for the first of what waits: its taker takes the rest
  /// too.
  ///
  /// - Parameters:
  ///   - bytes: about how much memory it holds.
  ///   - evenIfFull: for what must arrive, and is seldom.
  func put(_ work: Work, bytes: Int = 0, evenIfFull: Bool = false) -> WorkAdmission {
    let (admission, isFirst) = state.withLock { state -> (WorkAdmission, Bool) in
      if state.isClosed { return (.closed, false) }
      let hasRoom = state.waiting.count < limit && state.waitingBytes + bytes <= byteLimit
      guard hasRoom || evenIfFull else { return (.full, false) }
      state.waitingBytes += bytes
      state.waiting.append(work)
      return (.taken, state.waiting.count == 1)
    }
    if isFirst { arrived.raise() }
    return admission
  }

  /// Waits for work, or until the time is over, which gives none.
  ///
  /// Returns nil once the queue is closed and everything in it was taken.
  func takeAll(timeoutMilliseconds: Int32 = -1) -> [Work]? {
    while true {
      arrived.lower()
      let (work, isClosed) = state.withLock { state in
        let work = state.waiting
        state.waiting = []
        state.waitingBytes = 0
        return (work, state.isClosed)
      }
      if !work.isEmpty { return work }
      if isClosed { return nil }
      arrived.wait(timeoutMilliseconds: timeoutMilliseconds)
      if timeoutMilliseconds >= 0, state.withLock({ $0.waiting.isEmpty && !$0.isClosed }) {
        return []
      }
    }
  }

  /// Takes no more. What waits is still worked off.
  func close() {
    state.withLock { $0.isClosed = true }
    arrived.raise()
  }
}
