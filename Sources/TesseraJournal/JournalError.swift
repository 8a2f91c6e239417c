import Glibc
import TesseraModel
import TesseraSystem

/// What went wrong with the data on disk, and what to do about it.
public enum JournalError: Error, Equatable, Sendable {
  /// The directory holds no authority.
  case empty(directory: String)
  /// The directory holds no authority but something else, which is named.
  case foreign(directory: String, entry: String)
  /// The directory to be initialised holds an authority.
  case exists(directory: String)
  /// The directory to be filled is not empty.
  case notEmpty(directory: String, entry: String)
  /// Another process has the directory open.
  case locked(directory: String)
  /// The bytes are not what was written.
  case damaged(Damage)
  /// The file was made by another authority.
  case otherAuthority(file: String, AuthorityID)
  /// The bytes are intact, and more than this version understands.
  case unsupported(file: String, version: FormatVersion, software: String, detail: String)
  /// The clock is far behind the highest time that was ever seen.
  case clockBehind(now: Timestamp, highest: Timestamp)
  /// A call failed on start or in a snapshot. What was durable still is.
  case disk(SystemError)
  /// A batch could not be written. Nothing of it counts, and the journal takes the next.
  case refused(SystemError)
  /// A call failed after which it cannot be known what is durable. The journal takes nothing more;
  /// only a new start finds out.
  case ended(SystemError)
  /// The batch is larger than a frame may be. Nothing of it counts; append it in parts.
  case batchTooLarge(bytes: Int)

  /// Whether room on the disk would help.
  public var isDiskFull: Bool {
    switch self {
    case .refused(let error), .disk(let error): error.isDiskFull
    default: false
    }
  }
}

extension JournalError {
  /// Whether the disk does not give back what a file holds.
  var isUnreadable: Bool {
    guard case .disk(let error) = self else { return false }
    return error.isFailingMedium
  }

  var isMissingFile: Bool {
    guard case .disk(let error) = self else { return false }
    return error.errno == ENOENT
  }
}

/// Runs calls on the disk, and says with `blame` what their failure means.
func attempt<Result: ~Copyable>(
  _ blame: (SystemError) -> JournalError = JournalError.disk,
  _ body: () throws(SystemError) -> Result
) throws(JournalError) -> Result {
  do {
    return try body()
  } catch {
    throw blame(error)
  }
}

/// Reads what a file holds from `offset` on; a medium that fails is told of with the offset.
func attemptRead<Result: ~Copyable>(
  at offset: Int, _ body: () throws(SystemError) -> Result
) throws(JournalError) -> Result {
  try attempt(
    { error in
      guard error.isFailingMedium else { return .disk(error) }
      let place = "\(error.subject), at offset \(offset) or after it"
      return .disk(SystemError(error.call, errno: error.errno, subject: place))
    }, body)
}

extension SystemError {
  /// Whether the disk does not give back what a file holds.
  fileprivate var isFailingMedium: Bool { call == "pread" && errno == EIO }
}

/// Where a file is not what was written, and what is wrong.
public struct Damage: Error, Equatable, Sendable {
  public var file: String
  /// In bytes from the start of the file.
  public var offset: Int
  /// What is wrong there, as a clause without a full stop.
  public var what: String
  /// Whether no byte is known to be wrong, and the disk only does not give them back.
  public private(set) var isUnreadable = false

  public init(_ file: String, at offset: Int, _ what: String) {
    self.file = file
    self.offset = offset
    self.what = what
  }

  static func unreadable(_ file: String, at offset: Int) -> Damage {
    var damage = Damage(file, at: offset, "the disk does not give back what is there")
    damage.isUnreadable = true
    return damage
  }
}

extension Damage {
  /// The read that failed, where it is no more than that: what nothing else stands in for is not
  /// said to be damaged.
  var failedRead: JournalError? {
    guard isUnreadable else { return nil }
    return .disk(
      SystemError("pread", errno: EIO, subject: "\(file), at offset \(offset) or after it"))
  }
}

extension JournalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty(let directory):
      """
      \(directory) holds no authority. Make one with: \
      tesserad init --data \(directory) --root-token-file FILE
      """
    case .foreign(let directory, let entry):
      """
      \(directory) holds no authority, and is not empty: it has '\(entry)'. \
      Give the authority a directory of its own, or, if its 'authority' file was lost, restore the \
      directory from a backup.
      """
    case .exists(let directory):
      """
      \(directory) holds an authority already. Start it with: tesserad serve --data \(directory)
      """
    case .notEmpty(let directory, let entry):
      """
      \(directory) is not empty: it has '\(entry)'. Nothing was changed. Name a directory that is \
      missing or empty.
      """
    case .locked(let directory):
      """
      \(directory) is in use by another process. Stop that one first; `fuser \(directory)/LOCK` \
      names it.
      """
    case .damaged(let damage):
      """
      \(damage.file) is damaged at offset \(damage.offset): \(damage.what). Nothing was changed. \
      Keep a copy of the data directory. Restore a backup with `tesserad restore`, or see with \
      `tesserad journal repair` what would be lost if the journal were cut there.
      """
    case .otherAuthority(let file, let other):
      """
      \(file) belongs to another authority, \(other). Nothing was changed. Move it out of this \
      data directory, and restore the directory from a backup if the file took another one's place.
      """
    case .unsupported(let file, let version, let software, let detail):
      """
      \(file) was written by '\(software)' in format \(version.rawValue); this version reads up to \
      format \(FormatVersion.current.rawValue) and cannot read it whole: \(detail). Start the \
      version that wrote it, or a later one.
      """
    case .clockBehind(let now, let highest):
      """
      the clock says \(now.text), and the authority has seen \(highest.text): tokens that have \
      expired since would be valid again. Nothing was changed. Set the clock right and start again; \
      if it is right and the recorded time is not, start once with: tesserad serve --accept-clock
      """
    case .disk(let error) where isUnreadable:
      """
      \(error). The disk does not give back what is there. Keep a copy of what can be read of the \
      data directory on another disk, and restore a backup there with `tesserad restore`.
      """
    case .disk(let error):
      "\(error). Check the disk and the directory's permissions, then start again."
    case .refused(let error):
      isDiskFull
        ? "\(error). The change was not made; make room on the disk and try again."
        : "\(error). The change was not made; check the disk and try again."
    case .ended(let error):
      """
      \(error). What was written since the last success may be lost, so no further change is \
      accepted. Check the disk and restart the authority.
      """
    case .batchTooLarge(let bytes):
      """
      the changes take \(bytes) bytes, more than the \(FormatLimits.frameBytes) that can be made \
      durable together. None was made; make fewer at a time.
      """
    }
  }
}
