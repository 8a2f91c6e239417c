import TesseraBytes
import TesseraModel
import TesseraSystem

/// A data directory that this process alone has open, and the authority it is of.
///
/// The lock is held for as long as the value lives; the journal takes the value over.
public struct DataDirectory<D: Disk>: ~Copyable {
  public let authority: AuthorityID
  public let disk: D
  let layout: Layout
  private let lock: DiskFile<D>

  public var path: String { layout.root }

  /// Opens the data directory of an authority.
  ///
  /// - Throws: `.empty` or `.foreign` where there is none, `.locked`, `.damaged` or `.unsupported`
  ///   about the identity, `.disk`.
  public init(opening path: String, on disk: D) throws(JournalError) {
    let layout = Layout(root: path)
    switch try DataDirectory.contents(of: layout, on: disk) {
    case .authority: break
    case .empty: throw .empty(directory: path)
    case .foreign(let entry): throw .foreign(directory: path, entry: entry)
    }
    let lock = try DataDirectory.lock(layout, on: disk)
    authority = try DataDirectory.identity(layout, on: disk)
    self.lock = lock
    self.disk = disk
    self.layout = layout
  }

  /// Makes `path` the data directory of a new authority, and opens it. Its parent must exist.
  ///
  /// - Throws: `.exists`, `.foreign`, `.locked`, `.disk`. Whatever was done before an error is no
  ///   hindrance to another attempt.
  public init(
    creating path: String, authority: AuthorityID = .random(), on disk: D
  ) throws(JournalError) {
    let layout = Layout(root: path)
    try attempt { () throws(SystemError) in try disk.createDirectory(layout.root) }
    let lock = try DataDirectory.lock(layout, on: disk)
    switch try DataDirectory.contents(of: layout, on: disk) {
    case .authority: throw .exists(directory: path)
    case .empty: break
    case .foreign(let entry): throw .foreign(directory: path, entry: entry)
    }
    try attempt { () throws(SystemError) in
      try DataDirectory.fill(layout, authority, on: disk)
    }
    self.authority = authority
    self.lock = lock
    self.disk = disk
    self.layout = layout
  }

  /// The identity comes last, when all that it stands for is durable: without it the directory
  /// still counts as empty.
  private static func fill(
    _ layout: Layout, _ authority: AuthorityID, on disk: D
  ) throws(SystemError) {
    try disk.createDirectory(layout.journal)
    try disk.createDirectory(layout.snapshots)
    try placeSegment(from: Revision.zero.next, layout, authority, on: disk)
    try placeIdentity(layout, authority, on: disk)
  }

  /// An empty segment that continues nothing.
  static func placeSegment(
    from first: Revision, _ layout: Layout, _ authority: AuthorityID, on disk: D
  ) throws(SystemError) {
    var bytes = ByteBuffer()
    FileHeader(.segment, authority: authority, chain: authority.seed, revision: first)
      .append(to: &bytes)
    try disk.place(bytes.bytes, at: layout.segment(from: first), in: layout.journal)
  }

  /// Once the identity can be seen the authority may be opened, whatever failed after that. So the
  /// directory's own name is durable before; recovery makes durable what is in it.
  static func placeIdentity(
    _ layout: Layout, _ authority: AuthorityID, on disk: D
  ) throws(SystemError) {
    try disk.synchronizeDirectory(parent(of: layout.root))
    try disk.synchronizeDirectory(layout.root)
    var bytes = ByteBuffer()
    FileHeader(.identity, authority: authority, chain: .empty, revision: .zero).append(to: &bytes)
    try disk.place(bytes.bytes, at: layout.identity, in: layout.root)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func lock(_ layout: Layout, on disk: D) throws(JournalError) -> DiskFile<D> {
    do throws(SystemError) {
      let file = try DiskFile(layout.lock, .lock, on: disk)
      if try file.lock() { return file }
    } catch {
      throw .disk(error)
    }
    throw .locked(directory: layout.root)
  }

  static func identity(_ layout: Layout, on disk: D) throws(JournalError) -> AuthorityID {
    let path = layout.identity
    let bytes = try attempt { () throws(SystemError) in
      try DiskFile(path, .read, on: disk).beginning(FileHeader.byteCount + 1)
    }
    guard bytes.count <= FileHeader.byteCount else {
      throw .damaged(Damage(path, at: FileHeader.byteCount, "bytes follow the identity"))
    }
    return try FileHeader.checked(.identity, bytes, of: path).authority
  }
}

extension FileHeader {
  /// The header of a file of `kind` in a version that can be read.
  static func checked(
    _ kind: Kind, _ bytes: [UInt8], of path: String
  ) throws(JournalError) -> FileHeader {
    let header: FileHeader
    do {
      header = unsafe try FileHeader(kind, reading: bytes.span.bytes)
    } catch {
      throw .damaged(Damage(path, at: 0, error.description))
    }
    guard header.version <= .current else {
      throw .unsupported(
        file: path, version: header.version, software: header.software,
        detail: "the format is a later one")
    }
    return header
  }
}
