/// A growable run of bytes with one owner: appended at the end, consumed from the front.
///
/// The only memory that sockets, TLS sessions, the codec and the journal pass to one another. It is
/// noncopyable, so a buffer can never be shared by accident, and its contents are lent as spans.
///
/// Invariant: `0 <= head <= tail <= capacity`; the bytes in `head..<tail` are initialised.
@safe
public struct ByteBuffer: ~Copyable {
  @usableFromInline var base: UnsafeMutableRawPointer?
  @usableFromInline var head = 0
  @usableFromInline var tail = 0
  public private(set) var capacity: Int

  @inlinable
  public var count: Int { tail - head }

  @inlinable
  public var isEmpty: Bool { tail == head }

  /// An empty buffer; no memory is taken until the first append when `capacity` is 0.
  public init(capacity: Int = 0) {
    precondition(capacity >= 0)
    self.capacity = capacity
    unsafe base =
      capacity == 0 ? nil : UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  }

  public init(copying bytes: borrowing RawSpan) {
    self.init(capacity: bytes.byteCount)
    append(bytes)
  }

  deinit { unsafe base?.deallocate() }

  /// The bytes that were appended and not yet consumed.
  @inlinable
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let span = unsafe RawSpan(
        _unsafeStart: UnsafeRawPointer(base ?? ByteBuffer.nowhere) + head, byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Makes sure that `count` more bytes can be appended without moving memory.
  @inlinable
  public mutating func reserve(_ count: Int) {
    if capacity - tail < count { makeRoom(count) }
  }

  /// Drops `count` bytes from the front.
  @inlinable
  public mutating func consume(_ count: Int) {
    precondition(count >= 0 && count <= self.count, "consumed more than there is")
    head += count
    if head == tail {
      head = 0
      tail = 0
    }
  }

  /// Drops bytes from the end, so that `count` remain: takes back what was just appended.
  @inlinable
  public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= self.count, "truncated to more than there is")
    tail = head + count
  }

  /// Empties the buffer, and gives its memory back when that is more than `limit` bytes.
  public mutating func removeAll(keepingAtMost limit: Int = .max) {
    head = 0
    tail = 0
    guard capacity > limit else { return }
    unsafe base?.deallocate()
    unsafe base = nil
    capacity = 0
  }

  /// Moves the contents to the start of the memory, or to larger memory where they do not fit.
  @usableFromInline
  mutating func makeRoom(_ needed: Int) {
    let used = count
    if capacity - used >= needed, head > 0 {
      if let base = unsafe base { unsafe base.copyMemory(from: base + head, byteCount: used) }
    } else {
      let larger = max(used + needed, capacity * 2, 64)
      let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
      if let base = unsafe base {
        unsafe moved.copyMemory(from: base + head, byteCount: used)
        unsafe base.deallocate()
      }
      unsafe base = moved
      capacity = larger
    }
    head = 0
    tail = used
  }

  /// A valid address for the span of a buffer that has no memory.
  @usableFromInline
  static var nowhere: UnsafeMutableRawPointer {
    unsafe UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
  }
}
