import Glibc

/// The one owner of an open file descriptor: closed when the value ends, exactly once.
public struct Descriptor: ~Copyable, Sendable {
  /// The kernel's number, to be passed to calls and never kept beyond this value.
  public let number: CInt

  @inlinable
  public init(owning number: CInt) {
    precondition(number >= 0, "no open file has a negative number")
    self.number = number
  }

  @inlinable
  deinit {
    // On Linux the number is free even where close reports an error: never close again.
    _ = Glibc.close(number)
  }

  /// Closes now, for those who must know that it succeeded: a file's last write may fail here.
  public consuming func close() throws(SystemError) {
    let number = number
    discard self
    if Glibc.close(number) < 0, errno != EINTR { throw SystemError("close", errno: errno) }
  }

  /// Gives up ownership; who gets the number must close it.
  public consuming func release() -> CInt {
    let number = number
    discard self
    return number
  }
}
