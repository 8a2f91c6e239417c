/// Some of the things that a list shows, in its order.
public struct Slice<Element: Sendable, Position: Sendable>: Sendable {
  public var elements: [Element] = []
  /// The last thing that was looked at, shown or not; the next slice goes on after it.
  public var last: Position?
  /// Whether there is nothing after it.
  public var isAtEnd = false

  init(after last: Position?) { self.last = last }
}
