import CLinux
import Glibc

/// Waits for many descriptors at once: epoll, level-triggered, for one thread.
///
/// Each registration has a generation, which rides beside the descriptor's number in epoll's data.
/// An event that was fetched before its registration ended is dropped by `nextEvent`, even where
/// the number has been given to a new connection meanwhile.
@safe
public struct Poller: ~Copyable {
  /// One stay of one descriptor in the poller.
  public struct Registration: Hashable, Sendable {
    public let descriptor: CInt
    @usableFromInline let generation: UInt32

    @inlinable
    init(descriptor: CInt, generation: UInt32) {
      self.descriptor = descriptor
      self.generation = generation
    }

    @inlinable
    init(_ data: UInt64) {
      self.init(
        descriptor: CInt(truncatingIfNeeded: data),
        generation: UInt32(truncatingIfNeeded: data >> 32))
    }

    var data: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
  }

  public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt32
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable public static var read: Interest { Interest(rawValue: EPOLLIN.rawValue) }
    @inlinable public static var write: Interest { Interest(rawValue: EPOLLOUT.rawValue) }
  }

  public struct Event: Equatable, Sendable {
    public let registration: Registration
    @usableFromInline let bits: UInt32

    @inlinable
    init(registration: Registration, bits: UInt32) {
      self.registration = registration
      self.bits = bits
    }

    // A broken connection is readable and writable too: the next call on it says what happened.
    @inlinable
    public var isReadable: Bool { bits & (EPOLLIN.rawValue | broken) != 0 }
    @inlinable
    public var isWritable: Bool { bits & (EPOLLOUT.rawValue | broken) != 0 }
    /// Both directions are over. Reported whatever the interest is, again and again, so that who
    /// wants nothing of the descriptor now must still remove it.
    package var isBroken: Bool { bits & broken != 0 }

    @inlinable
    var broken: UInt32 { EPOLLERR.rawValue | EPOLLHUP.rawValue }
  }

  private let descriptor: Descriptor
  /// The generation of each number's current registration; 0 where there is none.
  @usableFromInline var generations: [UInt32] = []
  private var lastGeneration: UInt32 = 0
  @usableFromInline let fetched: UnsafeMutablePointer<epoll_event>
  private let capacity: Int
  @usableFromInline var fetchedCount = 0
  @usableFromInline var next = 0

  /// - Parameter capacity: the most events that one wait fetches.
  public init(capacity: Int = 256) throws(SystemError) {
    descriptor = Descriptor(
      owning: try retrying("epoll_create1") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
    self.capacity = capacity
    unsafe fetched = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
  }

  deinit { unsafe fetched.deallocate() }

  /// Begins to watch a descriptor, which must stay open until `remove`.
  public mutating func add(
    _ watched: borrowing Descriptor, for interest: Interest
  ) throws(SystemError) -> Registration {
    lastGeneration &+= 1
    if lastGeneration == 0 { lastGeneration = 1 }
    let registration = Registration(descriptor: watched.number, generation: lastGeneration)
    try control(EPOLL_CTL_ADD, registration, interest)
    let index = Int(watched.number)
    while generations.count <= index { generations.append(0) }
    generations[index] = lastGeneration
    return registration
  }

  /// Changes what is waited for. Nothing at all is a valid interest: see `Event.isBroken`.
  public func change(_ registration: Registration, to interest: Interest) throws(SystemError) {
    try control(EPOLL_CTL_MOD, registration, interest)
  }

  /// Ends a registration; call it before the descriptor is closed.
  public mutating func remove(_ registration: Registration) {
    guard isCurrent(registration) else { return }
    generations[Int(registration.descriptor)] = 0
    // It fails only where the descriptor is closed already, which removes it too.
    var event = unsafe epoll_event()
    unsafe _ = epoll_ctl(descriptor.number, EPOLL_CTL_DEL, registration.descriptor, &event)
  }

  /// Waits until something is ready, or the time is over, or a signal comes; then `nextEvent` gives
  /// what there is. Events of the wait before that were not taken are forgotten; being
  /// level-triggered, they come again.
  ///
  /// - Parameter timeoutMilliseconds: 0 returns at once, a negative number never by itself.
  public mutating func wait(timeoutMilliseconds: CInt) throws(SystemError) {
    next = 0
    fetchedCount = 0
    let count = unsafe epoll_wait(
      descriptor.number, fetched, CInt(capacity), timeoutMilliseconds)
    if count >= 0 {
      fetchedCount = Int(count)
    } else if errno != EINTR {
      throw SystemError("epoll_wait", errno: errno)
    }
  }

  /// The next event of the last wait, of those whose registration still stands.
  @inlinable
  public mutating func nextEvent() -> Event? {
    while next < fetchedCount {
      let event = unsafe fetched[next]
      next += 1
      let registration = Registration(unsafe event.data.u64)
      if isCurrent(registration) {
        return Event(registration: registration, bits: unsafe event.events)
      }
    }
    return nil
  }

  @inlinable
  func isCurrent(_ registration: Registration) -> Bool {
    let index = Int(registration.descriptor)
    return index < generations.count && generations[index] == registration.generation
  }

  private func control(
    _ operation: CInt, _ registration: Registration, _ interest: Interest
  ) throws(SystemError) {
    var event = unsafe epoll_event()
    unsafe event.events = interest.rawValue
    unsafe event.data.u64 = registration.data
    if unsafe epoll_ctl(descriptor.number, operation, registration.descriptor, &event) < 0 {
      throw SystemError("epoll_ctl", errno: errno, subject: "descriptor \(registration.descriptor)")
    }
  }
}
