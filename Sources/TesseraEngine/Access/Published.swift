import Synchronization

/// One immutable object that readers see, and that the writer replaces whole.
///
/// - `@unchecked Sendable`: readers load one atomic word; the writer gives the object that was
///   replaced back only after it was retired.
@safe
final class Published<Object: AnyObject & Sendable>: @unchecked Sendable {
  private let word: Atomic<UInt>

  init(_ object: Object) {
    word = Atomic(unsafe UInt(bitPattern: Unmanaged.passRetained(object).toOpaque()))
  }

  deinit {
    unsafe pointer(word.load(ordering: .relaxed)).release()
  }

  /// Lends the object without counting a reference: the reader's epoch keeps it alive.
  @inline(__always)
  func withObject<Result>(_ body: (Object) -> Result) -> Result {
    unsafe pointer(word.load(ordering: .acquiring))._withUnsafeGuaranteedRef(body)
  }

  /// Returns the object that the new one takes the place of, which readers may still see.
  func replace(by object: Object) -> Object {
    let new = unsafe UInt(bitPattern: Unmanaged.passRetained(object).toOpaque())
    return unsafe pointer(word.exchange(new, ordering: .acquiringAndReleasing)).takeRetainedValue()
  }

  @inline(__always)
  private func pointer(_ word: UInt) -> Unmanaged<Object> {
    unsafe Unmanaged.fromOpaque(UnsafeRawPointer(bitPattern: word).unsafelyUnwrapped)
  }
}
