/// Asks again and again, without sleeping, for what another thread will have done soon. Each asking
/// should be a call to the server, so that it gets the processor.
func eventually(_ what: String, _ holds: () throws -> Bool) throws {
  for _ in 0..<200_000 {
    if try holds() { return }
  }
  throw TestFailure("it never happened: \(what)")
}
