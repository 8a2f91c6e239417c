import Synchronization

/// What happened, in order, for a test to look at and to wait for.
final class Journal<Entry: Sendable>: Sendable {
  private struct State {
    var entries: [Entry] = []
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var entries: [Entry] { state.withLock { $0.entries } }

  func append(_ entry: Entry) {
    let woken = state.withLock { state in
      state.entries.append(entry)
      let count = state.entries.count
      let woken = state.waiting.filter { $0.count <= count }.map(\.continuation)
      state.waiting.removeAll { $0.count <= count }
      return woken
    }
    for continuation in woken { continuation.resume() }
  }

  /// Returns when there are so many entries.
  func reaches(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.entries.count < count { state.waiting.append((count, continuation)) }
        return state.entries.count >= count
      }
      if isThere { continuation.resume() }
    }
  }
}
