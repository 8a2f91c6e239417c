import TesseraModel

/// What one file of a data directory holds, and whether it is what was written.
public struct FileReport: Equatable, Sendable {
  public enum Finding: Equatable, Sendable {
    case intact
    /// The last segment ends in what a crash leaves: a start would cut it from `offset` on.
    case torn(offset: Int, bytes: Int)
    /// A start that needs the file stops at it; a snapshot like this is passed over.
    case faulty(JournalError)
  }

  public var path: String
  public internal(set) var finding = Finding.intact
  /// The format and the software that wrote the file, where its header can be read.
  public internal(set) var version: FormatVersion?
  public internal(set) var software: String?
  /// The first and the last change in a segment; nil where there is none.
  public internal(set) var revisions: ClosedRange<Revision>?
  /// The covered revision of a snapshot, and the last whose change may be in it.
  public internal(set) var covered: ClosedRange<Revision>?
  /// What a snapshot holds.
  public internal(set) var records = RecordCounts()
  /// The length of the file.
  public internal(set) var bytes = 0

  init(_ path: String) { self.path = path }
}

extension FileReport {
  /// Whether a start that needs the file stops at it, or passes it over.
  public var isFaulty: Bool {
    guard case .faulty = finding else { return false }
    return true
  }
}
