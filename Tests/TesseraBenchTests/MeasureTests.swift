import TesseraBytes
import TesseraEngine
import TesseraModel
import Testing

@testable import tessera_bench

@Suite struct MeasureTests {
  @Test func `processor time is read beyond a program's odd name`() {
    let stat = "42 (a) (b 1 2) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 5 0 1 2 3"
    #expect(ServerProcess.ticks(inStat: stat) == 300)
    #expect(ServerProcess.ticks(inStat: "42 (a) S 1 2") == nil)
    #expect(ServerProcess.ticks(inStat: "") == nil)
  }

  @Test func `percentiles are of what was recorded, the greatest exactly`() {
    var latency = Latency()
    for microseconds in 1...1_000 { latency.record(Int64(microseconds) * 1_000) }
    latency.record(123_456_789)
    #expect(latency.count == 1_001)
    #expect(abs(latency.microseconds(percentile: 50) - 501) < 2)
    #expect(abs(latency.microseconds(percentile: 99) - 991) < 2)
    #expect(latency.maxMicroseconds == 123_456.789)
    var hour = Latency()
    hour.record(3_600_000_000_000)
    hour.add(latency)
    #expect(hour.maxMicroseconds == 3.6e9)
    #expect(hour.count == 1_002)
  }

  @Test func `a median is the middle of the values, or of the two in the middle`() {
    #expect(SnapshotRounds.median([3]) == 3)
    #expect(SnapshotRounds.median([9, 1, 2]) == 2)
    #expect(SnapshotRounds.median([9, 1, 2, 4]) == 3)
  }

  @Test func `figures are written with the digits that mean something`() {
    #expect(12.345.text(decimals: 2) == "12.35" || 12.345.text(decimals: 2) == "12.34")
    #expect(0.05.text(decimals: 2) == "0.05")
    #expect((-0.001).text(decimals: 1) == "0.0")
    #expect((-1.25).text(decimals: 1) == "-1.3")
    #expect(99.96.text(decimals: 1) == "100.0")
    #expect(1e6.text(decimals: 0) == "1000000")
    #expect(Double.nan.text(decimals: 1) == "-")
    var figures = Figures()
    figures.add("calls", 3)
    figures.add("p50_us", 1.5, decimals: 1)
    figures.add("odd", Double.infinity, decimals: 1)
    figures.add("text", "a\"b\\\n")
    let json = #"{"calls": 3, "p50_us": 1.5, "odd": null, "text": "a\"b\\\u000a"}"#
    #expect(figures.json == json)
  }

  @Test func `a run that lost answers, or was refused, complains`() {
    var tally = Tally()
    #expect(tally.complaint == nil)
    tally.callsSent = 1
    #expect(tally.complaint?.contains("never answered") == true)
    tally.calls = 1
    tally.note(failure: .unavailable, ByteBuffer().bytes)
    #expect(tally.complaint == "1 calls failed, the first with UNAVAILABLE")
  }

  @Test func `made tokens are found by readers while the table grows`() throws {
    let engine = Engine(hashKey: (1, 2))
    let seen = try StallWatch.watch(engine, readers: 2, seed: 3) {
      for first in stride(from: 0, to: 20_000, by: 64) {
        MadeTokens.apply(first..<first + 64, to: engine)
      }
    }
    #expect(seen.wrongAnswers == 0)
    #expect(engine.tokenCount == 20_032)
    let bytes = engine.memoryUse.validationBytes
    #expect(bytes >= 20_032 * (64 + 8) && bytes < 20_032 * (64 + 64))
    _ = try ValidationCost(engine, tokens: 20_032, seed: 4, validations: 1 << 12)
  }
}
