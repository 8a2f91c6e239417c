import TesseraModel

/// A token, and what became of it that no change says.
public struct StoredToken: Equatable, Sendable {
  public var record: TokenRecord
  public var usage: TokenUsage

  public init(record: TokenRecord, usage: TokenUsage = .none) {
    self.record = record
    self.usage = usage
  }
}
