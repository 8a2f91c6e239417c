import TesseraEngine
import TesseraModel
import TesseraSystem

/// The lists that are being answered and the searches for revocations, a slice of each in turn, and
/// those that wait for one of them to end.
///
/// What a list has found stays in memory until it is answered. So few are in progress at a time, of
/// all and of each caller, however many connections ask; and one whose caller has left is let go
/// of.
struct ListTurns {
  /// One of the two, each of which is advanced in place.
  private struct Entry {
    var list: (any SlicedList)?
    var search: RevocationSearch?
    let request: QueryRequest
    let party: Party

    init(_ request: QueryRequest) {
      self.request = request
      party = Party(request.caller)
    }
  }

  private let changes: ChangeRoute
  private var inProgress: [Entry] = []
  private var waiting = Turns<Entry>(limit: Limits.listsWaiting)

  init(_ changes: ChangeRoute) { self.changes = changes }

  var isEmpty: Bool { inProgress.isEmpty && waiting.isEmpty }
  var inProgressCount: Int { inProgress.count }

  /// Takes a list up, or refuses one where too many wait.
  mutating func add(_ list: any SlicedList, _ request: QueryRequest) {
    var entry = Entry(request)
    entry.list = list
    add(entry)
  }

  /// Takes a search up, or refuses it where its caller has as many as one may.
  mutating func add(_ search: RevocationSearch, _ request: QueryRequest) {
    var entry = Entry(request)
    entry.search = search
    let others = waiting.elements(of: entry.party) + inProgress.filter { $0.party == entry.party }
    guard others.count(where: { $0.search != nil }) < Limits.searchesPerCaller else {
      request.reply.send(.refused(.tooManySearches))
      return
    }
    add(entry)
  }

  private mutating func add(_ entry: Entry) {
    if let dropped = waiting.add(entry, of: entry.party) {
      dropped.request.reply.send(.refused(.tooManyLists))
    }
    fill()
  }

  /// Gives each list in progress one slice.
  mutating func take(_ engine: Engine, _ now: Moment) {
    var index = 0
    while index < inProgress.count {
      if advance(&inProgress[index], engine, now) {
        inProgress.remove(at: index)
      } else {
        index += 1
      }
    }
    fill()
  }

  private mutating func fill() {
    while inProgress.count < Limits.listsInProgress {
      let busy = Dictionary(grouping: inProgress, by: \.party).mapValues(\.count)
      let next = waiting.next { busy[$0, default: 0] < Limits.listsInProgressPerCaller }
      guard let next else { return }
      inProgress.append(next.1)
    }
  }

  /// Whether the list was answered, or need not be.
  private func advance(_ entry: inout Entry, _ engine: Engine, _ now: Moment) -> Bool {
    let reply = entry.request.reply
    guard reply.isAwaited else {
      reply.send(.refused(.notAwaited))
      return true
    }
    if let deadline = entry.request.deadline, now.monotonicNanoseconds >= deadline {
      reply.send(.refused(.deadlinePassedInFlight))
      return true
    }
    guard let rights = engine.rights(of: entry.request.caller, now: now.time) else {
      reply.send(.refused(.callerEnded))
      return true
    }
    engine.letChangesPass()
    if let answer = entry.list?.advance(engine, for: rights) {
      switch answer {
      case .success(let response): reply.send(.message(response))
      case .failure(let refusal): reply.send(.refused(refusal))
      }
      return true
    }
    if let change = entry.search?.advance(engine, now: now.time) {
      switch changes.put(change) {
      case .taken: break
      case .full: reply.send(.refused(.queueFull))
      case .closed: reply.send(.refused(Refusal(.unavailable, Connection.stopping)))
      }
      return true
    }
    return false
  }
}

/// Now, on both clocks; the wall's is never behind the highest time that was seen, so that a list
/// calls expired what a validation does.
struct Moment {
  var time: Timestamp
  var monotonicNanoseconds: Int64

  static func now(_ engine: Engine) -> Moment {
    Moment(
      time: max(Timestamp(microseconds: SystemClock.wallMicroseconds()), engine.lastMoment),
      monotonicNanoseconds: SystemClock.monotonicNanoseconds())
  }
}

extension Refusal {
  static let tooManySearches = Refusal(
    .resourceExhausted,
    "\(Limits.searchesPerCaller) revocations by filter of this caller are in flight, which is the most; "
      + "wait for one, or name the tokens", field: "filter", retryAfterMilliseconds: 1_000)

  static let tooManyLists = Refusal(
    .resourceExhausted, "the authority has more lists waiting than it takes; try again",
    retryAfterMilliseconds: 1_000)
}
