/// The file operations that the journal needs, and no more: what a simulated disk must offer to
/// stand in for the real one.
///
/// What is durable: file contents after `synchronizeData`, and names (created, renamed, removed)
/// after `synchronizeDirectory` of the directory that holds them. Everything else may be lost, in
/// part and in any order, when the machine stops.
///
/// Every call is safe from any thread. Calls that a signal interrupts are made again by the
/// implementation.
public protocol Disk: Sendable {
  func open(_ path: String, _ mode: FileMode) throws(SystemError) -> FileNumber
  func close(_ file: FileNumber)

  /// The length in bytes.
  func size(of file: FileNumber) throws(SystemError) -> Int
  /// Reads up to the length of `room` from `offset` on, perhaps less; 0 only at the end of the
  /// file.
  func read(
    _ file: FileNumber, at offset: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int
  /// Writes a part of `bytes`, at least one, from its start to `offset`; says how many.
  func write(
    _ file: FileNumber, at offset: Int, _ bytes: borrowing RawSpan
  ) throws(SystemError) -> Int
  /// Sets the length. What lies beyond it is gone, and so is room that `allocate` set aside there.
  func truncate(_ file: FileNumber, to size: Int) throws(SystemError)
  /// Sets room aside for `count` bytes from `offset` on, so that writing them later cannot fail for
  /// want of it. The file's length and contents stay as they are; room that is there already stays.
  ///
  /// A crash may lose the room unless `synchronizeData` came after it. It is given back when the
  /// file is truncated to before it, or removed.
  ///
  /// - Throws: ENOSPC or EDQUOT where there is not so much room; a part may then be set aside,
  ///   which another call adds to. EOPNOTSUPP where the file system cannot do it.
  func allocate(_ file: FileNumber, from offset: Int, count: Int) throws(SystemError)
  /// The contents, and the length, are durable when this returns. After it failed, what was written
  /// since the last success may be lost although it can still be read: never call it again for
  /// that.
  func synchronizeData(_ file: FileNumber) throws(SystemError)
  /// Has the next reads of what is durable come from the medium, as far as the system can forget
  /// what it keeps in memory.
  func dropCache(of file: FileNumber) throws(SystemError)
  /// Takes the lock that one open file holds at a time, until it is closed; false if it is taken.
  func lock(_ file: FileNumber) throws(SystemError) -> Bool

  /// Makes a directory that its owner alone may enter; one that is there already is left as it is.
  func createDirectory(_ path: String) throws(SystemError)
  /// The names in a directory, in no order, without `.` and `..`.
  func entries(of directory: String) throws(SystemError) -> [String]
  /// Gives a file another name, in place of the file that had it.
  func rename(_ path: String, to newPath: String) throws(SystemError)
  func remove(_ path: String) throws(SystemError)
  /// A directory that was synchronised once can be again where no more file can be opened.
  func synchronizeDirectory(_ path: String) throws(SystemError)
}

/// An open file, as its disk numbers them.
public struct FileNumber: RawRepresentable, Hashable, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }
}

public enum FileMode: Sendable {
  /// An existing file, to be read.
  case read
  /// An existing file, to be read and written.
  case update
  /// A new and empty file, in place of one that may be there; its owner alone may read it.
  case create
  /// The file, made empty if it is not there; its contents are kept.
  case lock
}
