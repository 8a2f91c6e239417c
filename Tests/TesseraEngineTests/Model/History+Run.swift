import TesseraModel

@testable import TesseraEngine

extension History {
  /// So many operations: commands and questions of all kinds.
  mutating func run(operations: Int) throws(Mismatch) {
    var compared = 0
    while steps < operations {
      switch generator.number(0...999) {
      case 0..<200: try change()
      case 200..<230: try connect()
      case 230..<240: try read()
      case 240..<242: setProxyKeys()
      case 242 where generator.chance(60): try remake()
      default: try validate()
      }
      if steps - compared >= 500 {
        compared = steps
        try compare()
      }
    }
    try compare()
  }

  /// The configuration lists other proxy client keys.
  private mutating func setProxyKeys() {
    model.proxyKeys = (0..<generator.number(0...2)).map { _ in
      generator.chance(80) ? generator.newDigest() : generator.recentDigest()
    }
    engine.setProxyKeys(model.proxyKeys)
    note(.keyed(model.proxyKeys))
  }
}
