import TesseraModel
import TesseraWire

/// ListEvents: what was changed, when, and by whom.
extension Connection {
  mutating func listEvents(
    _ call: Admission<ListEventsRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try query(.list(CursorListing<ListedEvents>(call.request)), call, &core)
  }
}
