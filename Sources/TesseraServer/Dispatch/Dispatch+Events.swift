import TesseraModel
import TesseraWire

/// Method 12: what was changed, when, and by whom.
extension Connection {
  mutating func listEvents(
    _ call: Admission<ListEventsRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try query(.list(EventListing(call.request, for: call.rights)), call, &core)
  }
}
