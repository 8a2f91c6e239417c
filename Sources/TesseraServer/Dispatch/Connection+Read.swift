import TesseraEngine
import TesseraModel
import TesseraWire

/// List and Get: understood here, answered by the query thread, since they may take a while and a
/// lock.
extension Connection {
  mutating func list(
    _ call: Admission<ListRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let (most, key) = (core.services.sortedMatches, core.services.pageKey)
    let listing = try call.request.listing(sorting: most, key, now: core.wallTime)
    try query(.list(listing), call, &core)
  }

  mutating func get(
    _ call: Admission<GetRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    guard let id = call.request.id else { throw .noTokenNamed }
    try query(.get(.token(id)), call, &core)
  }
}
