import Glibc

/// What the kernel may write of a process that crashes.
public enum CoreDumps {
  /// Forbids cores for the rest of the process's life: its memory passes values and keys.
  public static func forbid() {
    var limit = rlimit(rlim_cur: 0, rlim_max: 0)
    let resource = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    // To lower a limit needs no right, so that this cannot fail.
    unsafe _ = setrlimit(resource, &limit)
  }
}
