/// How much of what was not durable a crash leaves: the odds for each sector and for each name.
/// Half of everything is seldom what betrays an error; nothing, all, and all but one are.
private struct Survival {
  var ofSectors: Double
  var ofNames: Double

  private static let odds = [0, 0.1, 0.5, 0.9, 1]

  init(using random: inout SeededGenerator) {
    ofSectors = Survival.odds.randomElement(using: &random)!
    ofNames = Survival.odds.randomElement(using: &random)!
  }
}

extension DiskContents {
  /// The machine stops: of what was not durable a random part is there, sector by sector and name
  /// by name.
  mutating func crash(using random: inout SeededGenerator) {
    let survival = Survival(using: &random)
    for change in names.pending where random.isTrue(survival.ofNames) {
      change.apply(to: &names.durable)
    }
    names.pending = []
    names.dropOrphans()
    names.current = names.durable
    collect(open: [])
    for inode in inodes.keys.sorted() {
      inodes[inode]!.crash(survival.ofSectors, using: &random)
    }
  }
}

extension DiskContents.Names {
  /// Names in a directory that did not become durable are gone with it.
  fileprivate mutating func dropOrphans() {
    // A directory sorts before what is in it.
    for path in durable.keys.sorted() {
      let directory = parent(of: path)
      if !directory.isEmpty, durable[String(directory)] == nil { durable[path] = nil }
    }
  }
}

extension DiskContents.Inode {
  /// Keeps what was durable, and of each later change any part. A file may have become longer
  /// before its data came: it then ends in zeros.
  fileprivate mutating func crash(_ odds: Double, using random: inout SeededGenerator) {
    if !pending.isEmpty {
      let length = current.count
      for change in pending { change.applyInPart(to: &durable, odds, using: &random) }
      pending = []
      if durable.count < length, random.oneIn(4) {
        let grown = Int.random(in: durable.count...length, using: &random)
        Change.truncate(grown).apply(to: &durable)
      }
    }
    current = durable
    // Nobody asked for the room to be durable.
    if Bool.random(using: &random) { allocated = 0 }
  }
}

extension DiskContents.Inode.Change {
  private static var sectorBytes: Int { 512 }

  /// Each sector of a write is there or not, whatever becomes of the others.
  func applyInPart(
    to bytes: inout [UInt8], _ odds: Double, using random: inout SeededGenerator
  ) {
    switch self {
    case .truncate:
      if random.isTrue(odds) { apply(to: &bytes) }
    case .write(let offset, let new):
      var start = 0
      while start < new.count {
        let sectorEnd = ((offset + start) / Self.sectorBytes + 1) * Self.sectorBytes - offset
        let end = min(sectorEnd, new.count)
        if random.isTrue(odds) {
          Self.write(offset + start, Array(new[start..<end])).apply(to: &bytes)
        }
        start = end
      }
    }
  }
}

extension SeededGenerator {
  fileprivate mutating func isTrue(_ odds: Double) -> Bool {
    odds >= 1 || Double.random(in: 0..<1, using: &self) < odds
  }
}
