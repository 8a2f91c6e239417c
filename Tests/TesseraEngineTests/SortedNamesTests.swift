import Testing

@testable import TesseraEngine

@Suite struct SortedNamesTests {
  @Test func `it is a sorted set, whatever comes and goes`() {
    var generator = SeededGenerator()
    var names = SortedNames<Int>()
    var model: Set<Int> = []
    for step in 0..<20_000 {
      // First in order, then anywhere; then more goes than comes.
      let name = step < 3_000 ? step : Int.random(in: 0..<12_000, using: &generator)
      if generator.chance(step < 12_000 ? 20 : 70) {
        names.remove(name)
        model.remove(name)
      } else {
        names.insert(name)
        model.insert(name)
      }
      guard step % 500 == 0 else { continue }
      #expect(names.count == model.count)
      #expect(names.names(after: nil, limit: .max) == model.sorted())
      let after = Int.random(in: -1..<12_001, using: &generator)
      #expect(
        names.names(after: after, limit: 700)
          == Array(model.filter { $0 > after }.sorted().prefix(700)))
    }
    for name in model { names.remove(name) }
    #expect(names.count == 0 && names.names(after: nil, limit: 1).isEmpty)
  }
}
