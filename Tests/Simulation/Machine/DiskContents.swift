/// What is on a simulated disk: as programs see it, and as a crash would leave it. A value, so that
/// a copy of a whole disk costs as good as nothing until one of the two changes.
struct DiskContents: Sendable {
  var inodes: [Int: Inode] = [:]
  var names = Names()
  var lastInode = 0
  /// How many bytes files may take together, those set aside among them.
  var capacity = Int.max

  /// The contents of a file, and what is not yet durable of them.
  struct Inode: Sendable {
    var current: [UInt8] = []
    var durable: [UInt8] = []
    var pending: [Change] = []
    /// Room is set aside up to here.
    var allocated = 0
    /// A bad disk has flipped a bit of it.
    var isCorrupted = false

    var taken: Int { max(current.count, allocated) }

    enum Change: Sendable {
      case write(Int, [UInt8])
      case truncate(Int)
    }
  }

  /// The names of files and directories, and what is not yet durable about them.
  struct Names: Sendable {
    var current: [String: Int] = [:]
    var durable: [String: Int] = [:]
    var pending: [Change] = []

    /// What stands for the inode of every directory.
    static let directory = 0

    enum Change: Sendable {
      case set(String, Int)
      case move(String, String, Int)
      case remove(String)
    }
  }
}

extension DiskContents.Inode.Change {
  func apply(to bytes: inout [UInt8]) {
    switch self {
    case .write(let offset, let new):
      let end = offset + new.count
      if bytes.count < offset {
        bytes += [UInt8](repeating: 0, count: offset - bytes.count)
      }
      if offset == bytes.count {
        bytes += new
      } else {
        bytes.replaceSubrange(offset..<min(end, bytes.count), with: new)
      }
    case .truncate(let size):
      if size <= bytes.count {
        bytes.removeLast(bytes.count - size)
      } else {
        bytes += [UInt8](repeating: 0, count: size - bytes.count)
      }
    }
  }
}

extension DiskContents.Inode {
  mutating func change(_ change: Change) {
    change.apply(to: &current)
    if case .truncate(let size) = change { allocated = min(allocated, size) }
    pending.append(change)
  }

  mutating func makeDurable() {
    for change in pending { change.apply(to: &durable) }
    pending = []
  }

  /// What a failed fdatasync does on Linux: some of the data may have reached the disk, all of it
  /// can be read on, and none is ever written again. The length is kept otherwise, and still comes.
  mutating func forget(using random: inout SeededGenerator) {
    for change in pending {
      if case .write = change { change.applyInPart(to: &durable, 0.5, using: &random) }
    }
    pending.removeAll { if case .write = $0 { true } else { false } }
  }
}

extension DiskContents.Names.Change {
  /// The directories whose synchronisation makes the change durable: the new name's.
  func isOf(_ directory: String) -> Bool {
    switch self {
    case .set(let path, _), .move(_, let path, _), .remove(let path):
      parent(of: path) == directory
    }
  }

  func apply(to names: inout [String: Int]) {
    switch self {
    case .set(let path, let inode): names[path] = inode
    case .move(let path, let other, let inode):
      names[path] = nil
      names[other] = inode
    case .remove(let path): names[path] = nil
    }
  }
}

extension DiskContents.Names {
  mutating func change(_ change: Change) {
    change.apply(to: &current)
    pending.append(change)
  }

  mutating func makeDurable(in directory: String) {
    for change in pending where change.isOf(directory) { change.apply(to: &durable) }
    pending.removeAll { $0.isOf(directory) }
  }
}

extension DiskContents {
  mutating func makeInode(_ inode: Inode = Inode()) -> Int {
    lastInode += 1
    inodes[lastInode] = inode
    return lastInode
  }

  func hasDirectory(_ path: some StringProtocol) -> Bool {
    path.isEmpty || names.current[String(path)] == Names.directory
  }

  /// Lets go of files that have no name, be it in memory, on disk or to come, and are not open.
  mutating func collect(open: some Sequence<Int>) {
    var kept = Set(names.current.values)
    kept.formUnion(names.durable.values)
    kept.formUnion(open)
    for change in names.pending {
      switch change {
      case .set(_, let inode), .move(_, _, let inode): kept.insert(inode)
      case .remove: break
      }
    }
    if inodes.count > kept.count { inodes = inodes.filter { kept.contains($0.key) } }
  }

  /// How much files take that have a name or are open.
  func taken(open: some Sequence<Int>) -> Int {
    Set(names.current.values).union(open).reduce(0) { $0 + (inodes[$1]?.taken ?? 0) }
  }
}

/// The path as names are kept. A kernel takes "/data/" and "//data" for "/data"; the root is empty.
func canonical(_ path: String) -> String {
  let slash = UInt8(ascii: "/")
  let bytes = path.utf8
  let isCanonical =
    bytes.last != slash && !zip(bytes, bytes.dropFirst()).contains { $0 == slash && $1 == slash }
  if isCanonical { return path }
  let names = path.split(separator: "/").joined(separator: "/")
  return bytes.first == slash && !names.isEmpty ? "/" + names : names
}

func parent(of path: String) -> Substring {
  path.lastIndex(of: "/").map { path[..<$0] } ?? ""
}
