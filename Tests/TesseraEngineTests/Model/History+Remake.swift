import TesseraModel

@testable import TesseraEngine

extension History {
  /// Another engine in this one's place: from its records as they are, or from those of some time
  /// ago and every change since. What is compared from now on is that one.
  mutating func remake() throws(Mismatch) {
    let isReplay = generator.chance(50)
    note(.remade(isReplay: isReplay))
    let key = (generator.newEntropy(), generator.newEntropy())
    if isReplay {
      let other = base.restored(hashKey: key)
      other.apply(journal)
      other.dropOldEvents(at: other.lastMoment)
      engine = other
      // What a crash loses: uses are as durable as the last snapshot.
      model.loseUses()
    } else {
      base = HeldState(engine)
      journal = []
      model.keepUses()
      engine = base.restored(hashKey: key)
      model.loseUses()
    }
    engine.setProxyKeys(model.proxyKeys)
    model.lastID = model.order.last ?? TokenID(high: 0, low: 0)
    reader = engine.makeReader()
    lastCompared = .zero
    try reconnect()
    try compare()
  }

  /// The callers with the engine that there is now, but for those whose rights have ended.
  private mutating func reconnect() throws(Mismatch) {
    let now = max(now, engine.lastMoment)
    for (index, pair) in callers.enumerated().reversed() {
      let real = realCaller(pair.plain, at: now)
      if let real, model.mayConnect(pair.plain, at: now) {
        callers[index].real = real
      } else if model.mayConnect(pair.plain, at: now) {
        throw mismatch("nobody lets \(pair.plain) in again")
      } else {
        callers.remove(at: index)
      }
    }
  }
}
