import Glibc

/// What the kernel knows of this process and of the thread that asks.
enum OwnProcess {
  /// Memory that is in use and not swapped out, in bytes.
  static func residentBytes() throws(BenchFailure) -> Int {
    let path = "/proc/self/statm"
    let fields = String(decoding: try readFile(path, upTo: 4096), as: UTF8.self).split(
      separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else {
      throw .unusable("\(path): not as proc(5) says")
    }
    return pages * sysconf(CInt(_SC_PAGESIZE))
  }

  /// How often this thread has given up its core, since it began.
  struct Switches: Equatable {
    /// Because the kernel gave the core to another.
    var involuntary: Int
    /// Because it had to wait: for a lock, a disk, a sleep.
    var voluntary: Int
  }

  static func switchesOfThisThread() -> Switches {
    var usage = rusage()
    // RUSAGE_THREAD, which the Glibc module leaves out.
    let code = unsafe getrusage(1, &usage)
    precondition(code == 0, "getrusage of the own thread cannot fail")
    return Switches(involuntary: usage.ru_nivcsw, voluntary: usage.ru_nvcsw)
  }
}
