import CLinux
import Glibc

/// A flag that any thread raises to wake a poller: an eventfd.
///
/// Raised many times before it is seen, it is seen once.
public final class EventFlag: Sendable {
  /// Readable while the flag is up.
  public let descriptor: Descriptor

  public init() throws(SystemError) {
    let flags = CInt(EFD_NONBLOCK | EFD_CLOEXEC)
    descriptor = Descriptor(owning: try retrying("eventfd") { eventfd(0, flags) })
  }

  public func raise() {
    // EAGAIN means that the count is full, so that the flag is up.
    while eventfd_write(descriptor.number, 1) < 0, errno == EINTR {}
  }

  /// Takes the flag down. Look for work after this, not before, or a raise is lost.
  public func lower() {
    var count: eventfd_t = 0
    while unsafe eventfd_read(descriptor.number, &count) < 0, errno == EINTR {}
  }
}
