/// What waits, of several parties who take turns; each has its own in the order it came.
///
/// Bounded: where it is full, room is made by what came last of whoever has most, so that nobody
/// keeps the others out by asking more often.
struct Turns<Waiting> {
  private var waiting: [Party: [Waiting]] = [:]
  /// The parties of which something waits, the next one first.
  private var order: [Party] = []
  private(set) var count = 0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { count == 0 }

  /// What waits of one party, in the order it came.
  func elements(of party: Party) -> [Waiting] { waiting[party] ?? [] }

  /// Adds an element, and gives back the one for which there is no room then; perhaps the same.
  mutating func add(_ element: Waiting, of party: Party) -> Waiting? {
    if waiting[party] == nil { order.append(party) }
    waiting[party, default: []].append(element)
    count += 1
    guard count > limit else { return nil }
    var (largest, most) = (party, elements(of: party).count)
    for (other, elements) in waiting where elements.count > most {
      (largest, most) = (other, elements.count)
    }
    return take(from: largest) { $0.popLast() }
  }

  /// The next element of the first party that may have its turn.
  mutating func next(where mayGo: (Party) -> Bool = { _ in true }) -> (Party, Waiting)? {
    guard let place = order.firstIndex(where: mayGo) else { return nil }
    let party = order.remove(at: place)
    order.append(party)
    return take(from: party) { $0.removeFirst() }.map { (party, $0) }
  }

  private mutating func take(
    from party: Party, _ body: (inout [Waiting]) -> Waiting?
  ) -> Waiting? {
    guard let element = body(&waiting[party, default: []]) else { return nil }
    count -= 1
    if elements(of: party).isEmpty {
      waiting[party] = nil
      order.removeAll { $0 == party }
    }
    return element
  }
}
