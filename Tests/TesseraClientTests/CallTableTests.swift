import TesseraModel
import Testing

@testable import TesseraClient

/// A call that nobody waits for, for machines that only pass calls on.
func call(
  _ id: UInt64, _ method: Method = .validate, repeatable: Bool = true, deadline: Int64 = 1000,
  failures: Int = 0
) -> Call {
  var call = Call(
    id: CallID(rawValue: id), method: method, payload: [], isRepeatable: repeatable,
    deadline: Instant(nanoseconds: deadline), finish: { _ in })
  call.failedAttempts = failures
  return call
}

extension Instant {
  static func at(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }
}

extension CallTable.Answer {
  var finishedID: UInt64? { if case .finished(let call) = self { call.id.rawValue } else { nil } }
  var isGivenUp: Bool { if case .givenUp = self { true } else { false } }
  var isUnknown: Bool { if case .unknownNumber = self { true } else { false } }
}

@Suite struct CallTableTests {
  @Test func `responses find their calls in any order`() {
    var table = CallTable()
    let numbers = (1...5).map { table.begin(call($0)) }
    #expect(Set(numbers).count == 5)
    for index in [3, 0, 4, 2, 1] {
      let answered = table.answer(numbers[index]).finishedID
      #expect(answered == UInt64(index + 1))
    }
    let waiting = table.waitingCount
    #expect(waiting == 0)
  }

  @Test func `a number that was never given, and one answered before, are unknown`() {
    var table = CallTable()
    let number = table.begin(call(1))
    let stranger = table.answer(CallNumber(rawValue: 77)).isUnknown
    #expect(stranger)
    let first = table.answer(number).finishedID
    #expect(first == 1)
    let duplicate = table.answer(number).isUnknown
    #expect(duplicate)
  }

  @Test func `a cancelled call keeps its number until it is answered`() {
    var table = CallTable(limit: 1)
    let number = table.begin(call(1))
    let cancelled = table.cancel(CallID(rawValue: 1))?.number
    #expect(cancelled == number)
    let (hasRoom, isClogged) = (table.hasRoom, table.isClogged)
    #expect(!hasRoom)
    #expect(isClogged)
    let again = table.cancel(CallID(rawValue: 1)) == nil
    #expect(again)
    let answer = table.answer(number).isGivenUp
    #expect(answer)
    let roomAfter = table.hasRoom
    #expect(roomAfter)
  }

  @Test func `a call on another connection is not cancelled here`() {
    var table = CallTable()
    _ = table.begin(call(1))
    let isNone = table.cancel(CallID(rawValue: 2)) == nil
    #expect(isNone)
    let waiting = table.waitingCount
    #expect(waiting == 1)
  }

  @Test func `only calls whose deadline has passed are given up`() {
    var table = CallTable()
    let early = table.begin(call(1, deadline: 10))
    let late = table.begin(call(2, deadline: 20))
    let earliest = table.earliestDeadline
    #expect(earliest == .at(10))
    let before = table.takeOverdue(.at(9)).count
    #expect(before == 0)
    let overdue = table.takeOverdue(.at(10)).map(\.call.id.rawValue)
    #expect(overdue == [1])
    let next = table.earliestDeadline
    #expect(next == .at(20))
    let lateAnswer = table.answer(early).isGivenUp
    #expect(lateAnswer)
    let answer = table.answer(late).finishedID
    #expect(answer == 2)
  }

  @Test func `after a goaway no call begins and those under way are answered`() {
    var table = CallTable()
    let number = table.begin(call(1))
    table.drain()
    let hasRoom = table.hasRoom
    #expect(!hasRoom)
    let answer = table.answer(number).finishedID
    #expect(answer == 1)
  }

  @Test func `a lost connection gives back those that wait, in their order`() {
    var table = CallTable()
    for id in 1...4 { _ = table.begin(call(UInt64(id))) }
    _ = table.cancel(CallID(rawValue: 3))
    let lost = table.takeAll().map(\.id.rawValue)
    #expect(lost == [1, 2, 4])
    let (waiting, hasRoom, deadline) = (table.waitingCount, table.hasRoom, table.earliestDeadline)
    #expect(waiting == 0)
    #expect(!hasRoom)
    #expect(deadline == nil)
  }

  @Test func `the limit counts calls that were given up too`() {
    var table = CallTable(limit: 2)
    _ = table.begin(call(1))
    _ = table.cancel(CallID(rawValue: 1))
    _ = table.begin(call(2))
    let (hasRoom, isClogged) = (table.hasRoom, table.isClogged)
    #expect(!hasRoom)
    #expect(!isClogged)
  }

  @Test func `no two calls under way have the same number`() {
    var table = CallTable(limit: 8)
    var underWay: [CallNumber] = []
    for id in 1...1000 {
      let number = table.begin(call(UInt64(id)))
      #expect(!underWay.contains(number))
      #expect(number.rawValue >= CallTable.firstNumber)
      underWay.append(number)
      if underWay.count == 8 {
        let place = id % 8
        _ = table.answer(underWay.remove(at: place))
      }
    }
  }
}
