import TesseraEngine
import TesseraModel
import TesseraWire

/// A question about whole records, on its way to the query thread.
struct QueryRequest: Sendable {
  enum Question: Sendable {
    case list(any SlicedList)
    case search(RevocationSearch)
    case get(Subject)
    case backup(BackupQuestion)
  }

  /// One thing, by its name.
  enum Subject: Sendable {
    case token(TokenID)
    case user(UserID)
    case entry(RegistryKey)
  }

  var question: Question
  /// Whose rights say what is shown: as they are when it is looked up, not when it was asked.
  let caller: TesseraEngine.Caller
  /// On the monotonic clock in nanoseconds; nil for none.
  let deadline: Int64?
  let reply: any AnswerSink
}

/// A list in progress, which looks at a bounded number of things each time it is advanced.
protocol SlicedList: Sendable {
  /// Looks at the next of them; nil while there is more to look at.
  mutating func advance(
    _ engine: Engine, for rights: CallerRights
  ) -> Result<any WireMessage, Refusal>?
}
