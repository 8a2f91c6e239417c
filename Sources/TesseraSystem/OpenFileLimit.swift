import Glibc

/// How many files and sockets the process may have open.
public enum OpenFileLimit {
  /// Raises the limit as far as the process may without more rights. What a login session gives is
  /// often 1,024, fewer than a reactor takes connections.
  ///
  /// - Returns: the limit from now on; nil where the kernel does not say.
  @discardableResult
  public static func raise() -> Int? {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
    var raised = limit
    raised.rlim_cur = limit.rlim_max
    let current = unsafe setrlimit(resource, &raised) == 0 ? raised : limit
    return Int(clamping: current.rlim_cur)
  }

  /// How many of them connections leave free, since what makes changes durable opens files.
  static let keptFree = 64

  /// The descriptors of connections are below this number: the kernel gives the lowest that is
  /// free.
  static var endOfConnections: CInt {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return .max
    }
    let all = Int(clamping: limit.rlim_cur)
    return CInt(clamping: all - min(keptFree, all / 4))
  }
}
