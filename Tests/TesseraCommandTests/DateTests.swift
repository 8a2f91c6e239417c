import Glibc
import TesseraClient
import TesseraModel
import Testing

@testable import tessera

@Suite struct DateTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00Z", 0),
    ("2027-01-31T12:34:56Z", 1_801_398_896), ("2027-01-31t12:34:56", 1_801_398_896),
    ("2027-01-31 14:34:56+02:00", 1_801_398_896), ("2027-01-31T07:04:56-0530", 1_801_398_896),
    ("31-01-2027", 1_801_353_600), ("2000-02-29", 951_782_400), ("1969-12-31", -86400),
    ("0001-01-01", -62_135_596_800),
  ])
  func `moments are read`(_ text: String, _ seconds: Int64) {
    #expect(
      DateText.moment(text, aDayMeans: .start) == Timestamp(microseconds: seconds * 1_000_000))
  }

  @Test func `fractions are kept to the microsecond`() {
    let time = DateText.moment("2027-01-31T12:34:56.1234567Z", aDayMeans: .start)
    #expect(time?.microseconds == 1_801_398_896_123_456)
    #expect(time.map(DateText.text) == "2027-01-31T12:34:56.123456Z")
    let tenths = DateText.moment("1969-12-31T23:59:59.5Z", aDayMeans: .start)
    #expect(tenths?.microseconds == -500_000)
    #expect(tenths.map(DateText.text) == "1969-12-31T23:59:59.500000Z")
  }

  @Test func `a day without a time ends with its last moment where that is meant`() {
    let end = DateText.moment("31-12-2026", aDayMeans: .end)
    #expect(end.map(DateText.text) == "2027-01-01T00:00:00Z")
    #expect(end == DateText.moment("2026-12-31", aDayMeans: .end))
  }

  @Test(arguments: [
    "", "2027", "2027-13-01", "2027-00-01", "2027-02-29", "2100-02-29", "2027-1-1", "0000-01-01",
    "2027-01-31T24:00:00Z", "2027-01-31T12:60:00Z", "2027-01-31T12:00:60Z", "2027-01-31T",
    "2027-01-31T12:00:00.Z", "2027-01-31T12:00:00Zx", "2027-01-31T12:00:00+2", "31/01/2027",
    "2027-01-31T12:00:00+24:00", "٢٠٢٧-01-31",
  ])
  func `what is no moment is not read`(_ text: String) {
    #expect(DateText.moment(text, aDayMeans: .start) == nil)
  }

  @Test func `every day has one date and every date its day`() {
    var expected: (year: Int64, month: Int64, day: Int64) = (1, 1, 1)
    for days in Calendar.days(1, 1, 1)...Calendar.days(2800, 1, 1) {
      let date = Calendar.date(of: days)
      guard date == expected, Calendar.days(date.year, date.month, date.day) == days else {
        Issue.record("day \(days) is \(date), not \(expected)")
        return
      }
      expected.day += 1
      if expected.day > Calendar.dayCount(expected.year, expected.month) {
        expected = (expected.year, expected.month + 1, 1)
      }
      if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
    }
  }

  @Test func `what is written is read again`() throws {
    let seed =
      unsafe getenv("TESSERA_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
      ?? UInt64.random(in: 0 ... .max)
    var state = seed
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let range = UInt64(Timestamp.latest.microseconds - Timestamp.earliest.microseconds)
      let offset = Int64(bitPattern: (state >> 1) % range)
      let time = Timestamp(microseconds: Timestamp.earliest.microseconds + offset)
      #expect(
        DateText.moment(DateText.text(time), aDayMeans: .start) == time,
        "TESSERA_SEED=\(seed) \(time.microseconds)")
    }
  }

  @Test func `spans of time`() {
    #expect(DurationText.duration("90s") == .seconds(90))
    #expect(DurationText.duration("15m") == .seconds(900))
    #expect(DurationText.duration("12h") == .seconds(43200))
    #expect(DurationText.duration("30d") == .seconds(2_592_000))
    #expect(DurationText.duration("2w") == .seconds(1_209_600))
    for text in ["", "d", "0d", "-1d", "1", "1y", "1.5h", "99999999999999999999d", "9999999999w"] {
      #expect(DurationText.duration(text) == nil)
    }
  }
}
