import TesseraModel
import TesseraWire

/// ListEvents: what was changed, when, and by whom.
extension Connection {
  mutating func listEvents(
    _ call: Admission<ListEventsRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let listing = try CursorListing<ListedEvents>(
      call.request, core.services.pageKey, now: core.wallTime)
    try query(.list(listing), call, &core)
  }
}
