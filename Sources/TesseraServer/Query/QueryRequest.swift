import TesseraEngine
import TesseraModel

/// A question about whole records, on its way to the query thread.
struct QueryRequest: Sendable {
  enum Question: Sendable {
    case list(Listing)
    case get(TokenID, CallerRights)
  }

  var question: Question
  /// On the monotonic clock in nanoseconds; nil for none.
  let deadline: Int64?
  let reply: ReplyAddress
}
