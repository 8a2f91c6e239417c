import Glibc

/// The calls of a disk that can fail, by the names of the system's.
package enum DiskCall: String, CaseIterable, Sendable {
  case open, fstat, pread, pwrite, ftruncate, fallocate, fdatasync, fadvise, flock
  case mkdir, opendir, rename, unlink, fsync

  /// Whether it may leave something behind that a crash undoes, or make something durable.
  package var changes: Bool {
    switch self {
    case .fstat, .pread, .fadvise, .flock, .opendir: false
    default: true
    }
  }
}

/// A call that fails, once or for as long as the fault is there.
package struct DiskFault: Sendable {
  package var call: DiskCall
  /// How many such calls succeed before.
  package var after: Int
  package var errno: Int32
  /// How many bytes a write that fails, or is short, gets onto the disk.
  package var written: Int
  /// Whether the call is merely short: it reports what it wrote.
  package var isShort: Bool
  package var isLasting: Bool
  /// Whether a call about a name, or a cut, takes effect although it reports an error.
  package var hasEffect: Bool

  package init(
    call: DiskCall, after: Int = 0, errno: Int32 = EIO, written: Int = 0, isShort: Bool = false,
    isLasting: Bool = false, hasEffect: Bool = false
  ) {
    self.call = call
    self.after = after
    self.errno = errno
    self.written = written
    self.isShort = isShort
    self.isLasting = isLasting
    self.hasEffect = hasEffect
  }
}

/// Calls that report success and do nothing, as if the program had left them out: what a check of
/// durability must find.
package struct DiskPretence: Sendable {
  package var call: DiskCall
  /// Of the file that is synchronised, or of the directory.
  package var pathSuffix: String

  package init(_ call: DiskCall, of pathSuffix: String) {
    self.call = call
    self.pathSuffix = pathSuffix
  }
}
