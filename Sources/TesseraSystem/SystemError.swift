import Glibc

/// A call to the kernel that failed: which one, on what, and why.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kernel's name of the call: `fdatasync`.
  public let call: String
  public let errno: Int32
  /// What it was called on, for the reader of the message: a path or an address; may be empty.
  public let subject: String

  public init(_ call: String, errno: Int32, subject: String = "") {
    self.call = call
    self.errno = errno
    self.subject = subject
  }

  /// `open /var/lib/tessera/journal: No such file or directory`
  public var description: String {
    let reason = unsafe String(cString: strerror(errno))
    return subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
  }
}

/// Runs a call that reports failure as a negative result, again and again while a signal interrupts
/// it.
@inlinable
func retrying<Result: SignedInteger>(
  _ call: String, on subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    if errno != EINTR { throw SystemError(call, errno: errno, subject: subject()) }
  }
}
