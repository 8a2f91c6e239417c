import Testing

@testable import TesseraClient

@Suite struct CallQueueTests {
  private func ids(_ calls: [Call]) -> [UInt64] { calls.map(\.id.rawValue) }

  @Test func `first come, first served, over many thousands`() {
    var queue = CallQueue()
    var expected: UInt64 = 1
    var next: UInt64 = 1
    for step in 0..<5000 {
      for _ in 0..<(step % 3 + 1) {
        queue.append(call(next))
        next += 1
      }
      let first = queue.popFirst()?.id.rawValue
      #expect(first == expected)
      expected += 1
    }
    while let call = queue.popFirst() {
      #expect(call.id.rawValue == expected)
      expected += 1
    }
    #expect(expected == next)
    let isEmpty = queue.isEmpty
    #expect(isEmpty)
  }

  @Test func `a delayed call waits its time, then its turn`() {
    var queue = CallQueue()
    queue.append(call(1), notBefore: .at(50))
    queue.append(call(2), notBefore: .at(40))
    queue.append(call(3))
    let (hasReady, event) = (queue.hasReady, queue.nextEvent)
    #expect(hasReady)
    #expect(event == .at(40))
    queue.wake(.at(39))
    let third = queue.popFirst()?.id.rawValue
    #expect(third == 3)
    let none = queue.popFirst() == nil
    #expect(none)
    queue.wake(.at(50))
    let order = [queue.popFirst(), queue.popFirst()].map { $0?.id.rawValue }
    #expect(order == [2, 1])
  }

  @Test func `a call is taken out wherever it waits`() {
    var queue = CallQueue()
    queue.append(call(1))
    queue.append(call(2))
    queue.append(call(3), notBefore: .at(50))
    let removed = [1, 3, 9].map { queue.remove(CallID(rawValue: $0))?.id.rawValue }
    #expect(removed == [1, 3, nil])
    let left = queue.popFirst()?.id.rawValue
    #expect(left == 2)
  }

  @Test func `late calls are taken out and the rest keep their order`() {
    var queue = CallQueue()
    queue.append(call(1, deadline: 10))
    queue.append(call(2, deadline: 30))
    queue.append(call(3, deadline: 10), notBefore: .at(99))
    queue.append(call(4, deadline: 20))
    let early = queue.takeOverdue(.at(9)).count
    #expect(early == 0)
    let overdue = Set(ids(queue.takeOverdue(.at(10))))
    #expect(overdue == [1, 3])
    let event = queue.nextEvent
    #expect(event == .at(20))
    let order = [queue.popFirst(), queue.popFirst()].map { $0?.id.rawValue }
    #expect(order == [2, 4])
  }

  @Test func `failed attempts to connect count against calls that wait for one`() {
    var queue = CallQueue()
    queue.append(call(1, failures: 1))
    queue.append(call(2))
    queue.append(call(3, failures: 1), notBefore: .at(50))
    let failed = ids(queue.countFailure(attempts: 2))
    #expect(failed == [1])
    let left = ids(queue.takeAll())
    #expect(left == [2, 3])
  }
}
