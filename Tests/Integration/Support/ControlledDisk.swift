import Glibc
import Synchronization
import TesseraSystem

/// The machine's own files, but calls fail or wait when the test says so.
final class ControlledDisk: Disk {
  private struct Rules {
    var writeError: Int32?
    var allocationError: Int32?
    var synchronizeError: Int32?
    var holdsSynchronize = false
    var holding = 0
    var synchronizations = 0
  }

  private let real = PosixDisk()
  private let rules = Mutex(Rules())
  private let entered: EventFlag
  private let released: EventFlag

  init() throws {
    entered = try EventFlag()
    released = try EventFlag()
  }

  /// Every write fails with this error, until nil is set.
  var writeError: Int32? {
    get { rules.withLock { $0.writeError } }
    set { rules.withLock { $0.writeError = newValue } }
  }

  /// Every attempt to set room aside fails with this error, until nil is set. What was set aside
  /// before can be written to.
  var allocationError: Int32? {
    get { rules.withLock { $0.allocationError } }
    set { rules.withLock { $0.allocationError = newValue } }
  }

  var synchronizeError: Int32? {
    get { rules.withLock { $0.synchronizeError } }
    set { rules.withLock { $0.synchronizeError = newValue } }
  }

  /// How often `synchronizeData` was called.
  var synchronizations: Int { rules.withLock { $0.synchronizations } }

  /// From now on `synchronizeData` waits until `release`.
  func hold() { rules.withLock { $0.holdsSynchronize = true } }

  /// Waits until a call of `synchronizeData` waits.
  func waitUntilHeld() {
    while true {
      entered.lower()
      if rules.withLock({ $0.holding > 0 }) { return }
      entered.wait()
    }
  }

  func release() {
    rules.withLock { $0.holdsSynchronize = false }
    released.raise()
  }

  func synchronizeData(_ file: FileNumber) throws(SystemError) {
    rules.withLock { $0.synchronizations += 1 }
    if let code = synchronizeError { throw SystemError("fdatasync", errno: code) }
    let isHeld = rules.withLock { rules in
      if rules.holdsSynchronize { rules.holding += 1 }
      return rules.holdsSynchronize
    }
    if isHeld {
      entered.raise()
      // One thread writes the journal, so that one waits at a time.
      while true {
        released.lower()
        if rules.withLock({ !$0.holdsSynchronize }) { break }
        released.wait()
      }
      rules.withLock { $0.holding -= 1 }
    }
    try real.synchronizeData(file)
  }

  func write(
    _ file: FileNumber, at offset: Int, _ bytes: borrowing RawSpan
  ) throws(SystemError) -> Int {
    if let code = writeError { throw SystemError("pwrite", errno: code) }
    return try real.write(file, at: offset, bytes)
  }

  // MARK: As the real one does

  func open(_ path: String, _ mode: FileMode) throws(SystemError) -> FileNumber {
    try real.open(path, mode)
  }
  func close(_ file: FileNumber) { real.close(file) }
  func size(of file: FileNumber) throws(SystemError) -> Int { try real.size(of: file) }
  func read(
    _ file: FileNumber, at offset: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    unsafe try real.read(file, at: offset, into: room)
  }
  func truncate(_ file: FileNumber, to size: Int) throws(SystemError) {
    try real.truncate(file, to: size)
  }
  func allocate(_ file: FileNumber, from offset: Int, count: Int) throws(SystemError) {
    if let code = allocationError { throw SystemError("fallocate", errno: code) }
    try real.allocate(file, from: offset, count: count)
  }
  func dropCache(of file: FileNumber) throws(SystemError) { try real.dropCache(of: file) }
  func lock(_ file: FileNumber) throws(SystemError) -> Bool { try real.lock(file) }
  func createDirectory(_ path: String) throws(SystemError) { try real.createDirectory(path) }
  func entries(of directory: String) throws(SystemError) -> [String] {
    try real.entries(of: directory)
  }
  func rename(_ path: String, to newPath: String) throws(SystemError) {
    try real.rename(path, to: newPath)
  }
  func remove(_ path: String) throws(SystemError) { try real.remove(path) }
  func synchronizeDirectory(_ path: String) throws(SystemError) {
    try real.synchronizeDirectory(path)
  }
}
