import SimulatedMachine
import TesseraModel
import TesseraServer
import TesseraSystem

/// What one run is like, all of it chosen by the seed: so small that segments change, snapshots are
/// written and tokens are purged all the time.
struct Plan {
  var lives: Int
  var stepsPerLife: Int
  var segmentBytes: Int
  var reserveBytes: Int
  var snapshotJournalBytes: Int
  var snapshotSlice: Int
  var eventsKept: Int
  var purgeAfter: Duration?
  /// A fault is prepared before one in so many steps.
  var faultOdds: Int
  /// The disk becomes full at one in so many steps.
  var fullOdds: Int
  var imageOdds: Int
  /// Somebody sets the clock by hours or days at one in so many steps.
  var clockOdds: Int
  var clockTrial: Duration
  var startsAt: Int64

  init(using random: inout SeededGenerator) {
    lives = .random(in: 2...6, using: &random)
    stepsPerLife = .random(in: 6...40, using: &random)
    segmentBytes = .random(in: 500...6_000, using: &random)
    reserveBytes = [0, 1_500, 6_000].randomElement(using: &random)!
    snapshotJournalBytes = .random(in: 500...12_000, using: &random)
    snapshotSlice = .random(in: 1...16, using: &random)
    eventsKept = .random(in: 10...1_000, using: &random)
    purgeAfter = random.oneIn(3) ? nil : .seconds(.random(in: 60...7_200, using: &random))
    faultOdds = [4, 12, 1_000].randomElement(using: &random)!
    fullOdds = [10, 1_000].randomElement(using: &random)!
    imageOdds = 4
    clockOdds = [40, 1_000].randomElement(using: &random)!
    clockTrial = .seconds([0, 600, 7_200].randomElement(using: &random)!)
    startsAt = 1_800_000_000_000_000 + .random(in: 0...86_400_000_000, using: &random)
  }

  var configuration: ServerConfiguration {
    var configuration = ServerConfiguration(
      address: SocketAddress(host: .v4(0x7f00_0001), port: 0), dataDirectory: Plan.data)
    configuration.purgeAfter = purgeAfter
    configuration.clockTrial = clockTrial
    configuration.snapshotJournalBytes = snapshotJournalBytes
    configuration.segmentBytes = segmentBytes
    configuration.eventsKept = eventsKept
    return configuration
  }

  static let data = "/data"
}
