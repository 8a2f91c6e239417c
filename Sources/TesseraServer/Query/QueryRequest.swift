import TesseraEngine
import TesseraModel
import TesseraWire

/// A question about whole records, on its way to the query thread.
struct QueryRequest: Sendable {
  enum Question: Sendable {
    case list(any SlicedList)
    case token(TokenID, CallerRights)
    case user(UserID, CallerRights)
    case entry(RegistryKey, CallerRights)
    case backup(BackupQuestion)
  }

  var question: Question
  /// On the monotonic clock in nanoseconds; nil for none.
  let deadline: Int64?
  let reply: ReplyAddress
}

/// A list in progress, which looks at a bounded number of things each time it is advanced.
protocol SlicedList: Sendable {
  /// Looks at the next of them; nil while there is more to look at.
  mutating func advance(_ engine: Engine) -> Result<any WireMessage, Refusal>?
}
