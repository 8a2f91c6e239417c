import TesseraEngine
import TesseraModel
import TesseraSystem

/// The lists that are being answered, which take turns, and those that wait for one of them to end.
///
/// What a list has found stays in memory until it is answered, also where its caller has left
/// meanwhile. So few are in progress at a time, however many connections ask.
struct ListTurns {
  private struct Entry {
    var list: any SlicedList
    let request: QueryRequest
  }

  private var inProgress: [Entry] = []
  private var waiting: [Entry] = []

  var isEmpty: Bool { inProgress.isEmpty && waiting.isEmpty }
  var inProgressCount: Int { inProgress.count }

  /// Takes a list up, or refuses it where too many wait.
  mutating func add(_ list: any SlicedList, _ request: QueryRequest) {
    guard waiting.count < Limits.commandQueue else {
      request.reply.send(.refused(.queueFull))
      return
    }
    waiting.append(Entry(list: list, request: request))
    fill()
  }

  /// Gives each list in progress one slice.
  mutating func take(_ engine: Engine, _ now: Moment) {
    var index = 0
    while index < inProgress.count {
      if ListTurns.advance(&inProgress[index], engine, now) {
        inProgress.remove(at: index)
      } else {
        index += 1
      }
    }
    fill()
  }

  private mutating func fill() {
    let room = min(Limits.listsInProgress - inProgress.count, waiting.count)
    guard room > 0 else { return }
    inProgress += waiting.prefix(room)
    waiting.removeFirst(room)
  }

  /// Whether the list was answered.
  private static func advance(_ entry: inout Entry, _ engine: Engine, _ now: Moment) -> Bool {
    let reply = entry.request.reply
    if let deadline = entry.request.deadline, now.monotonicNanoseconds >= deadline {
      reply.send(.refused(.deadlinePassedInFlight))
      return true
    }
    guard let rights = engine.rights(of: entry.request.caller, now: now.time) else {
      reply.send(.refused(.callerEnded))
      return true
    }
    switch entry.list.advance(engine, for: rights) {
    case nil: return false
    case .success(let response): reply.send(.message(response))
    case .failure(let refusal): reply.send(.refused(refusal))
    }
    return true
  }
}

/// Now, on both clocks.
struct Moment {
  var time: Timestamp
  var monotonicNanoseconds: Int64

  static func now() -> Moment {
    Moment(
      time: Timestamp(microseconds: SystemClock.wallMicroseconds()),
      monotonicNanoseconds: SystemClock.monotonicNanoseconds())
  }
}
