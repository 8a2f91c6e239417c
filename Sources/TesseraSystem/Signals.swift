import Glibc

/// The process's signals.
public enum Signals {
  /// Writing to a pipe or socket whose other end is gone becomes an error instead of the end.
  public static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Holds signals back from this thread and those it starts later, so that `next(of:)` gets them.
  /// Call it before the first thread is started.
  public static func block(_ signals: [CInt]) {
    var set = set(of: signals)
    unsafe _ = pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for one of these signals, which must be blocked.
  public static func next(of signals: [CInt]) -> CInt {
    var set = set(of: signals)
    var signal: CInt = 0
    while unsafe sigwait(&set, &signal) != 0 {}
    return signal
  }

  private static func set(of signals: [CInt]) -> sigset_t {
    var set = sigset_t()
    unsafe _ = sigemptyset(&set)
    for signal in signals { unsafe _ = sigaddset(&set, signal) }
    return set
  }
}
