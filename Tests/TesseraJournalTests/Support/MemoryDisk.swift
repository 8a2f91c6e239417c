import Glibc
import Synchronization
import TesseraBytes
import TesseraSystem

/// A disk in memory that forgets like a real one: what was not synchronised may be lost, in part and
/// in any order, when the machine stops. Its calls can be made to fail.
final class MemoryDisk: Disk {
  let state = Mutex(Contents())

  struct Contents {
    var inodes: [Int: Inode] = [:]
    var names = Names()
    var open: [Int32: Int] = [:]
    var locks: [Int32: Int] = [:]
    var lastNumber: Int32 = 2
    /// How many calls were made.
    var calls = 0
    var faults: [Fault] = []
    /// Calls with these numbers fail, whatever they are.
    var failing = 0..<0
    var failure = Fault(call: "")
    /// The machine stops at this call: it and all after it fail, and it may have had effect in part.
    var stopsAt = Int.max
    var directories: Set<String> = [""]
    /// Whether every fdatasync flips a bit of what it writes, as a bad disk would.
    var corrupts = false
    /// How many bytes files may take together, those set aside among them.
    var capacity = Int.max
  }

  /// The names of files, and what is not yet durable about them.
  struct Names {
    var current: [String: Int] = [:]
    var durable: [String: Int] = [:]
    var pending: [Change] = []

    enum Change {
      case set(String, Int)
      case move(String, String, Int)
      case remove(String)

      var directory: Substring {
        switch self {
        case .set(let path, _), .move(_, let path, _), .remove(let path): parent(of: path)
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

    mutating func change(_ change: Change) {
      change.apply(to: &current)
      pending.append(change)
    }
  }

  struct Inode {
    var current: [UInt8] = []
    var durable: [UInt8] = []
    var pending: [Change] = []
    /// Room is set aside up to here.
    var allocated = 0

    enum Change {
      case write(Int, [UInt8])
      case truncate(Int)

      func apply(to bytes: inout [UInt8]) {
        switch self {
        case .write(let offset, let new):
          let end = offset + new.count
          if bytes.count < end {
            bytes += [UInt8](repeating: 0, count: end - bytes.count)
          }
          bytes.replaceSubrange(offset..<end, with: new)
        case .truncate(let size):
          bytes =
            size <= bytes.count
            ? Array(bytes.prefix(size)) : bytes + [UInt8](repeating: 0, count: size - bytes.count)
        }
      }
    }

    mutating func change(_ change: Change) {
      change.apply(to: &current)
      if case .truncate(let size) = change { allocated = min(allocated, size) }
      pending.append(change)
    }
  }

  /// A call that fails, once or for as long as the fault is there.
  struct Fault {
    var call: String
    /// How many such calls succeed before.
    var after = 0
    var errno = EIO
    /// How many bytes a write that fails, or is short, gets onto the disk.
    var written = 0
    /// Whether the call is merely short: it reports what it wrote.
    var isShort = false
    var isLasting = false
  }
}

func parent(of path: String) -> Substring {
  path.lastIndex(of: "/").map { path[..<$0] } ?? ""
}

extension MemoryDisk {
  /// Lets the coming calls fail as `fault` says.
  func fail(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }

  /// Lets the calls with these numbers, counted as `calls` does, fail as `fault` says.
  func fail(calls: Range<Int>, _ fault: Fault) {
    state.withLock {
      $0.failing = calls
      $0.failure = fault
    }
  }

  /// Whether a coming call may fail.
  var isFailing: Bool { state.withLock { !$0.faults.isEmpty || $0.calls <= $0.failing.upperBound } }

  func repair() {
    state.withLock {
      $0.faults = []
      $0.failing = 0..<0
    }
  }

  var corruptsData: Bool {
    get { state.withLock { $0.corrupts } }
    set { state.withLock { $0.corrupts = newValue } }
  }

  /// How many bytes files may take together: beyond it a file gets no longer, none is made and none
  /// set aside for. May be set below what is taken.
  var capacity: Int {
    get { state.withLock { $0.capacity } }
    set { state.withLock { $0.capacity = newValue } }
  }

  /// How many bytes files take, those set aside among them.
  var taken: Int { state.withLock { $0.taken } }

  var calls: Int { state.withLock { $0.calls } }

  var hasStopped: Bool { state.withLock { $0.calls > $0.stopsAt } }

  func stop(atCall call: Int) { state.withLock { $0.stopsAt = call } }

  /// Starts the machine again: of what was not durable, a random part is there, sector by sector and
  /// name by name.
  func restart(using random: inout SeededGenerator) {
    var dice = random
    state.withLock { contents in
      for key in contents.inodes.keys.sorted() { contents.inodes[key]!.crash(using: &dice) }
      for change in contents.names.pending where Bool.random(using: &dice) {
        change.apply(to: &contents.names.durable)
      }
      contents.names.pending = []
      contents.names.current = contents.names.durable
      contents.open = [:]
      contents.locks = [:]
      contents.stopsAt = .max
      contents.faults = []
      contents.failing = 0..<0
      contents.calls = 0
    }
    random = dice
  }

  /// A disk with the same files, all of them durable.
  func copy() -> MemoryDisk {
    let other = MemoryDisk()
    let (files, directories) = state.withLock { contents in
      (contents.names.current.mapValues { contents.inodes[$0]!.current }, contents.directories)
    }
    other.state.withLock { $0.directories = directories }
    for (path, bytes) in files { other[path] = bytes }
    return other
  }

  /// A file's contents; setting them is durable at once.
  subscript(_ path: String) -> [UInt8]? {
    get {
      state.withLock { contents in contents.names.current[path].map { contents.inodes[$0]!.current }
      }
    }
    set {
      state.withLock { contents in
        guard let newValue else {
          contents.names.current[path] = nil
          contents.names.durable[path] = nil
          return
        }
        let inode = contents.inodes.count
        contents.inodes[inode] = Inode(current: newValue, durable: newValue)
        contents.names.current[path] = inode
        contents.names.durable[path] = inode
      }
    }
  }

  var paths: [String] { state.withLock { $0.names.current.keys.sorted() } }

  /// Every file but the lock, with its contents.
  var files: [String: [UInt8]] {
    state.withLock { contents in
      contents.names.current.filter { !$0.key.hasSuffix("/LOCK") }
        .mapValues { contents.inodes[$0]!.current }
    }
  }
}

extension MemoryDisk.Inode {
  private static let sectorBytes = 512

  /// Keeps what was durable, and of each later change any part.
  fileprivate mutating func crash(using random: inout SeededGenerator) {
    for change in pending {
      switch change {
      case .truncate:
        if Bool.random(using: &random) { change.apply(to: &durable) }
      case .write(let offset, let bytes):
        var start = 0
        while start < bytes.count {
          let sectorEnd = ((offset + start) / Self.sectorBytes + 1) * Self.sectorBytes - offset
          let end = min(sectorEnd, bytes.count)
          if Bool.random(using: &random) {
            Change.write(offset + start, Array(bytes[start..<end])).apply(to: &durable)
          }
          start = end
        }
      }
    }
    pending = []
    current = durable
    // Nobody asked for the room to be durable.
    if Bool.random(using: &random) { allocated = 0 }
  }
}
