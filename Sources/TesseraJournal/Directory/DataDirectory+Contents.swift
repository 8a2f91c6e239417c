import Glibc
import TesseraModel
import TesseraSystem

/// What a directory is, before it is opened.
public enum DirectoryContents: Equatable, Sendable {
  /// It is missing, or holds nothing that an authority would lose by being made in it.
  case empty
  case authority
  /// Something that is not ours, by its name.
  case foreign(entry: String)
}

extension DataDirectory {
  /// What there is at `path`. Nothing is opened or locked.
  public static func contents(of path: String, on disk: D) throws(JournalError) -> DirectoryContents
  {
    try contents(of: Layout(root: path), on: disk)
  }

  static func contents(of layout: Layout, on disk: D) throws(JournalError) -> DirectoryContents {
    do throws(SystemError) {
      let entries = try disk.entries(of: layout.root).sorted()
      if entries.contains("authority") { return .authority }
      if let foreign = entries.first(where: { !ours.contains($0) }) {
        return .foreign(entry: foreign)
      }
      // An initialisation that was stopped leaves at most a segment without frames.
      if entries.contains("journal") {
        for name in try disk.entries(of: layout.journal) {
          let path = "\(layout.journal)/\(name)"
          let bytes = try DiskFile(path, .read, on: disk).beginning(FileHeader.byteCount + 1)
          if bytes.count > FileHeader.byteCount { return .foreign(entry: "journal/\(name)") }
        }
      }
      if entries.contains("snapshots"), let name = try disk.entries(of: layout.snapshots).first {
        return .foreign(entry: "snapshots/\(name)")
      }
      return .empty
    } catch {
      if error.errno == ENOENT { return .empty }
      throw .disk(error)
    }
  }

  /// What may be there although the authority is not: the beginnings of one, and what the daemon
  /// keeps beside it.
  private static var ours: Set<String> {
    [
      "LOCK", "authority.partial", "journal", "snapshots", "root.token", "root.token.partial",
      "tls", "lost+found",
    ]
  }
}
