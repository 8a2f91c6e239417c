import Synchronization

/// Carries a value that cannot be copied to the thread that will own it.
final class Handoff<Value: ~Copyable>: Sendable {
  private let value: Mutex<Value?>

  init(_ value: consuming sending Value) { self.value = Mutex(value) }

  /// - Precondition: called once.
  func take() -> sending Value {
    let taken = value.withLock { value -> sending Value? in value.take() }
    guard let taken else { preconditionFailure("taken twice") }
    return taken
  }
}
