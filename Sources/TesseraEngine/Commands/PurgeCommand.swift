import TesseraModel

/// Tokens that ended before a moment are to go.
public struct PurgeCommand: Sendable {
  public var endedBefore: Timestamp
  /// Where to begin looking; nil at the oldest token.
  public var after: TokenID?

  public init(endedBefore: Timestamp, after: TokenID? = nil) {
    self.endedBefore = endedBefore
    self.after = after
  }
}
