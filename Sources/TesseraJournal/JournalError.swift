import TesseraSystem

/// What went wrong with the data on disk, and what to do about it.
public enum JournalError: Error, Equatable, Sendable {
  /// The directory holds no authority.
  case empty(directory: String)
  /// The directory holds no authority but something else, which is named.
  case foreign(directory: String, entry: String)
  /// The directory to be initialised holds an authority.
  case exists(directory: String)
  /// Another process has the directory open.
  case locked(directory: String)
  /// The bytes are not what was written.
  case damaged(Damage)
  /// The file was made by another authority.
  case otherAuthority(file: String, AuthorityID)
  /// The bytes are intact, and more than this version understands.
  case unsupported(file: String, version: FormatVersion, software: String, detail: String)
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
    guard case .refused(let error) = self else { return false }
    return error.isDiskFull
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

/// Where a file is not what was written, and what is wrong.
public struct Damage: Error, Equatable, Sendable {
  public var file: String
  /// In bytes from the start of the file.
  public var offset: Int
  /// What is wrong there, as a clause without a full stop.
  public var what: String

  public init(_ file: String, at offset: Int, _ what: String) {
    self.file = file
    self.offset = offset
    self.what = what
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
    case .locked(let directory):
      """
      \(directory) is in use by another process. Stop that one first; `fuser \(directory)/LOCK` \
      names it.
      """
    case .damaged(let damage):
      """
      \(damage.file) is damaged at offset \(damage.offset): \(damage.what). Nothing was changed. \
      Keep a copy of the data directory, and restore the file from a backup.
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
