import TesseraModel
import TesseraSystem
import TesseraWire

/// A connection and its calls in flight. On the heap, so that it is worked on where it is.
final class Lane {
  var connection: Connection
  var calls: InFlight

  init(_ connection: consuming Connection, depth: Int) {
    self.connection = connection
    calls = InFlight(depth: depth)
  }
}

/// All connections, open and authenticated, found by their descriptors' numbers.
struct Lanes {
  private(set) var all: [Lane] = []
  private var byDescriptor: [Lane?] = []

  subscript(_ registration: Poller.Registration) -> Lane? {
    let index = Int(registration.descriptor)
    return byDescriptor.indices.contains(index) ? byDescriptor[index] : nil
  }

  mutating func insert(_ lane: Lane) {
    all.append(lane)
    let index = Int(lane.connection.registration.descriptor)
    while byDescriptor.count <= index { byDescriptor.append(nil) }
    byDescriptor[index] = lane
  }

  mutating func remove(_ lane: Lane) {
    all.removeAll { $0 === lane }
    byDescriptor[Int(lane.connection.registration.descriptor)] = nil
  }

  /// Opens so many connections, one after the other, and authenticates each.
  static func open(
    _ count: Int, to peer: Peer, depth: Int, _ poller: inout Poller
  ) throws -> Lanes {
    var lanes = Lanes()
    for _ in 0..<count {
      let lane = Lane(try Connection(to: peer, &poller), depth: depth)
      try wait(&poller) {
        try lane.connection.advance($0)
        return lane.connection.phase == .established
      }
      if let caller = peer.caller { try authenticate(lane, as: caller, &poller) }
      lanes.insert(lane)
    }
    return lanes
  }

  private static func authenticate(
    _ lane: Lane, as caller: Secret, _ poller: inout Poller
  ) throws {
    let call = CallNumber(rawValue: 1)
    lane.connection.outbound.appendFrame(
      .request(.authenticate, call: call), AuthenticateRequest(token: caller))
    try lane.connection.flush(poller)
    var isDone = false
    try wait(&poller) { _ in
      guard try lane.connection.receive() else { return false }
      try lane.connection.takeAnswers { header, payload throws in
        guard header.status == .ok else {
          throw BenchFailure.wrong("Authenticate: \(describeFailure(header.status, payload))")
        }
        isDone = true
      }
      return isDone
    }
  }

  /// Waits for events of the one connection that may have some, until `body` has what it wants.
  private static func wait(
    _ poller: inout Poller, _ body: (borrowing Poller) throws -> Bool
  ) throws {
    let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000
    while true {
      try poller.wait(timeoutMilliseconds: 100)
      while poller.nextEvent() != nil {
        if try body(poller) { return }
      }
      guard SystemClock.monotonicNanoseconds() < deadline else {
        throw BenchFailure.unreachable("the authority does not answer within 10 seconds")
      }
    }
  }
}
