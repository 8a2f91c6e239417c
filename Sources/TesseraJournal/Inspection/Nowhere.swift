import TesseraModel

/// Takes records and keeps none: reading them is the test.
struct Nowhere: RecoverySink {
  mutating func beginSnapshot() {}
  mutating func restore(_ entry: RegistryEntry) {}
  mutating func restore(_ user: consuming UserRecord) {}
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {}
  mutating func restore(_ entry: IdempotencyEntry) {}
  mutating func restore(_ event: consuming Event) {}
  mutating func replay(_ entry: consuming JournalEntry) {}
}
