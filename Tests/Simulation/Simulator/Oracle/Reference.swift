import TesseraEngine
import TesseraModel

/// An engine that lives in memory alone and never crashes: what the state is after some changes.
struct Reference {
  let engine: Engine
  let view: EngineView
  private var listed: Listing?

  init(eventsKept: Int, _ history: [JournalEntry] = []) {
    engine = Engine(hashKey: (1, 2))
    engine.keepEvents(count: eventsKept, for: Limits.lifetime)
    engine.apply(history)
    view = EngineView(engine)
  }

  mutating func apply(_ entries: [JournalEntry]) {
    engine.apply(entries)
    listed = nil
  }

  /// What it holds; made once for each state where `prepare` was called before.
  var listing: Listing { listed ?? Listing(engine) }

  mutating func prepare() { if listed == nil { listed = Listing(engine) } }
}
