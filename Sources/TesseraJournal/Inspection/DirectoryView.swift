import Glibc
import TesseraModel
import TesseraSystem

/// A data directory that is looked at. Nothing in it is changed.
///
/// Where no process has it open, it is kept from being opened for as long as the view lives. Where
/// one has, files may come and go, and the last segment may end in a batch that is being written.
public struct DirectoryView<D: Disk>: ~Copyable {
  public let authority: AuthorityID
  /// Whether another process has the directory open.
  public let isInUse: Bool
  let layout: Layout
  let disk: D
  private let lock: DiskFile<D>?

  public var path: String { layout.root }

  /// - Throws: `.empty` or `.foreign` where there is no authority; `.damaged` or `.unsupported`
  ///   about the identity; `.disk`.
  public init(of path: String, on disk: D) throws(JournalError) {
    let layout = Layout(root: path)
    switch try DataDirectory<D>.contents(of: layout, on: disk) {
    case .authority: break
    case .empty: throw .empty(directory: path)
    case .foreign(let entry): throw .foreign(directory: path, entry: entry)
    }
    var lock: DiskFile<D>?
    var isInUse = false
    do throws(SystemError) {
      let file = try DiskFile(layout.lock, .read, on: disk)
      isInUse = try !file.lock()
      lock = consume file
    } catch {
      // Nobody ever opened the directory: a copy of another one.
      guard error.errno == ENOENT else { throw .disk(error) }
    }
    authority = try DataDirectory<D>.identity(layout, on: disk)
    self.isInUse = isInUse
    self.lock = lock
    self.layout = layout
    self.disk = disk
  }

  init(_ layout: Layout, _ authority: AuthorityID, on disk: D) {
    self.layout = layout
    self.authority = authority
    self.disk = disk
    isInUse = false
    lock = nil
  }
}

extension DataDirectory {
  /// The directory to be looked at by who has it open.
  public var view: DirectoryView<D> { DirectoryView(layout, authority, on: disk) }
}
