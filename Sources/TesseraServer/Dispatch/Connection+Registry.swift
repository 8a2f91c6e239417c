import TesseraEngine
import TesseraModel
import TesseraWire

/// Entries of the registry: projects, environments, methods, scope sets and roles.
extension Connection {
  mutating func createEntry(
    _ call: Admission<CreateEntryRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try commit(.createEntry(Connection.given(call.request.entry)), call, &core)
  }

  mutating func updateEntry(
    _ call: Admission<UpdateEntryRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let entry = try Connection.given(call.request.entry)
    try commit(.updateEntry(entry, ifVersion: call.request.ifVersion), call, &core)
  }

  mutating func deleteEntry(
    _ call: Admission<DeleteEntryRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try commit(.removeEntry(Connection.named(call.request.key)), call, &core)
  }

  mutating func getEntry(
    _ call: Admission<GetEntryRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try query(.get(.entry(Connection.named(call.request.key))), call, &core)
  }

  mutating func listEntries(
    _ call: Admission<ListEntriesRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let listing = try CursorListing<ListedEntries>(
      call.request, core.services.pageKey, now: core.wallTime)
    try query(.list(listing), call, &core)
  }

  private static func given(_ entry: RegistryEntry?) throws(Refusal) -> RegistryEntry {
    guard let entry else {
      throw Refusal(
        .invalidArgument, "give a project, an environment, a method, a scope set or a role",
        field: "entry")
    }
    return entry
  }

  private static func named(_ key: RegistryKey?) throws(Refusal) -> RegistryKey {
    guard let key else {
      throw Refusal(
        .invalidArgument, "name a project, an environment, a method, a scope set or a role",
        field: "key")
    }
    return key
  }
}
