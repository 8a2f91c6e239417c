import TesseraModel
import Testing

@testable import TesseraServer

@Suite struct CallsInFlightTests {
  @Test func `calls with passwords count until their work has ended`() {
    var calls = CallsInFlight()
    let number = CallNumber(rawValue: 1)
    let first = calls.begin(number, .issue, deadline: nil, needsPassword: true)
    let isGivenUp = calls.giveUp(number)
    let second = calls.begin(number, .issue, deadline: nil, needsPassword: true)
    let other = calls.begin(CallNumber(rawValue: 2), .issue, deadline: nil)
    #expect(isGivenUp && calls.passwords == 2 && calls.count == 3)
    calls.end(first)
    calls.end(other)
    #expect(calls.passwords == 1)
    calls.end(second)
    #expect(calls.passwords == 0 && calls.isEmpty)
  }
}
