import CLinux
import Glibc

/// What the kernel may write, or show to others, of this process's memory.
public enum CoreDumps {
  /// Forbids cores for the rest of the process's life, and that other processes of the same user
  /// look into it: its memory passes values and keys.
  public static func forbid() {
    var limit = rlimit(rlim_cur: 0, rlim_max: 0)
    let resource = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    // To lower a limit needs no right, so that this cannot fail; nor can the other.
    unsafe _ = setrlimit(resource, &limit)
    tessera_forbid_dumps()
  }
}
