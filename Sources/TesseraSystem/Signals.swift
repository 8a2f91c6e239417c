import Glibc

/// The process's signals.
public enum Signals {
  /// Writing to a pipe or socket whose other end is gone becomes an error instead of the end.
  public static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
