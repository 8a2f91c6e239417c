import Glibc

extension EventFlag {
  /// Sleeps until the flag is up, or the time is over, or a signal comes. Does not take it down.
  ///
  /// - Parameter timeoutMilliseconds: a negative number waits for ever.
  public func wait(timeoutMilliseconds: CInt = -1) {
    var wanted = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    unsafe _ = poll(&wanted, 1, timeoutMilliseconds)
  }
}
