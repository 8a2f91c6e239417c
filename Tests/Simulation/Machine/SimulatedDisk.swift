import Glibc
import Synchronization
import TesseraBytes
import TesseraSystem

/// A disk in memory that forgets like a real one: what was not synchronised may be lost, in part
/// and in any order, when the machine stops. Its calls can be made to fail.
///
/// A write is torn at 512 bytes; a name that was made, changed or removed, and a directory, are
/// durable once the directory that holds them was synchronised. What a failed fdatasync was to make
/// durable can be read on, and is never written. What is random comes from the seed.
package final class SimulatedDisk: Disk {
  let state: Mutex<State>

  struct State: Sendable {
    var contents = DiskContents()
    var open: [Int32: OpenFile] = [:]
    var lastNumber: Int32 = 2
    /// How many calls were made.
    var calls = 0
    /// How many of them failed or were cut short, by a fault or for want of room.
    var disturbances = 0
    var faults: [DiskFault] = []
    /// Calls with these numbers fail as `failure` says, whatever they are.
    var failing = 0..<0
    var failure = DiskFault(call: .pwrite)
    var pretences: [DiskPretence] = []
    /// Files that the disk no longer gives back.
    var unreadable: Set<String> = []
    /// The machine stops at this call: it and all after it fail, and it may have had effect in
    /// part.
    var stopsAt = Int.max
    /// Whether the first fdatasync of each file flips a bit of what it writes, as a bad disk would.
    var corrupts = false
    /// What a call that fails leaves undone.
    var dice: SeededGenerator
    /// Told of each call that may have changed something, after it did and before it returns.
    var watch: (@Sendable (DiskCall) -> Void)?
  }

  struct OpenFile: Sendable {
    var inode: Int
    var path: String
    var isLocked = false
  }

  private init(_ state: State) { self.state = Mutex(state) }

  package convenience init(seed: UInt64 = 1) {
    self.init(State(dice: SeededGenerator(seed: seed)))
  }

  /// Lets the coming calls fail as `fault` says.
  package func fail(_ fault: DiskFault) { state.withLock { $0.faults.append(fault) } }

  /// Lets the calls with these numbers, counted as `calls` does, fail as `fault` says, whatever
  /// they are.
  package func fail(calls: Range<Int>, _ fault: DiskFault) {
    state.withLock {
      $0.failing = calls
      $0.failure = fault
    }
  }

  package func repair() {
    state.withLock {
      $0.faults = []
      $0.failing = 0..<0
    }
  }

  /// Whether a coming call may fail.
  package var isFailing: Bool {
    state.withLock { !$0.faults.isEmpty || $0.calls <= $0.failing.upperBound }
  }

  /// Whether a coming call may fail, or room be wanting.
  package var isDisturbed: Bool { isFailing || capacity != .max }

  /// Lets calls report success and do nothing.
  package func pretend(_ pretence: DiskPretence) {
    state.withLock { $0.pretences.append(pretence) }
  }

  /// Lets every read of the file at `path` fail with EIO, as a bad medium would, until it is set
  /// right.
  package func makeUnreadable(_ path: String, _ isUnreadable: Bool = true) {
    state.withLock {
      if isUnreadable { $0.unreadable.insert(path) } else { $0.unreadable.remove(path) }
    }
  }

  /// Calls `watch` in the midst of every call that may have changed something: the change was made,
  /// and its caller does not know. nil for nobody.
  package func watch(_ watch: (@Sendable (DiskCall) -> Void)?) {
    state.withLock { $0.watch = watch }
  }

  package var corruptsData: Bool {
    get { state.withLock { $0.corrupts } }
    set { state.withLock { $0.corrupts = newValue } }
  }

  /// How many bytes files may take together: beyond it a file gets no longer, none is made and none
  /// set aside for. May be set below what is taken.
  package var capacity: Int {
    get { state.withLock { $0.contents.capacity } }
    set { state.withLock { $0.contents.capacity = newValue } }
  }

  /// How many bytes files take, those set aside among them.
  package var taken: Int { state.withLock { $0.taken } }

  package var calls: Int { state.withLock { $0.calls } }

  /// How many calls failed or were cut short, by a fault, by a stop or for want of room.
  package var disturbances: Int { state.withLock { $0.disturbances } }

  package var hasStopped: Bool { state.withLock { $0.calls > $0.stopsAt } }

  package func stop(atCall call: Int) { state.withLock { $0.stopsAt = call } }

  /// Starts the machine again: of what was not durable, a random part is there.
  package func restart(using random: inout SeededGenerator) {
    state.withLock { state in
      state.contents.crash(using: &random)
      state.endProcess()
    }
  }

  /// Starts the process again: whatever it wrote is there, durable or not.
  package func endProcess() { state.withLock { $0.endProcess() } }
}

extension SimulatedDisk {
  /// The same disk as no process has it open: what becomes of the one does not touch the other.
  package func fork(seed: UInt64 = 1) -> SimulatedDisk {
    let (contents, pretences, corrupts) = state.withLock {
      ($0.contents, $0.pretences, $0.corrupts)
    }
    var forked = State(contents: contents, dice: SeededGenerator(seed: seed))
    forked.pretences = pretences
    forked.corrupts = corrupts
    forked.contents.collect(open: [])
    return SimulatedDisk(forked)
  }

  /// A disk with the same files, all of them durable.
  package func copy() -> SimulatedDisk {
    let other = fork()
    other.state.withLock { state in
      for inode in state.contents.inodes.keys {
        let current = state.contents.inodes[inode]!.current
        state.contents.inodes[inode] = DiskContents.Inode(current: current, durable: current)
      }
      state.contents.names.durable = state.contents.names.current
      state.contents.names.pending = []
      state.contents.capacity = .max
    }
    return other
  }

  /// A file's contents; setting them is durable at once.
  package subscript(_ path: String) -> [UInt8]? {
    get {
      state.withLock { state in
        state.contents.names.current[path].flatMap { state.contents.inodes[$0]?.current }
      }
    }
    set {
      state.withLock { state in
        let inode = newValue.map {
          state.contents.makeInode(DiskContents.Inode(current: $0, durable: $0))
        }
        state.contents.names.current[path] = inode
        state.contents.names.durable[path] = inode
      }
    }
  }

  /// The names of all files, sorted.
  package var paths: [String] {
    state.withLock { state in
      state.contents.names.current.filter { $0.value != DiskContents.Names.directory }.keys.sorted()
    }
  }

  /// Every file but the lock, with its contents.
  package var files: [String: [UInt8]] {
    state.withLock { state in
      state.contents.names.current.filter {
        $0.value != DiskContents.Names.directory && !$0.key.hasSuffix("/LOCK")
      }.mapValues { state.contents.inodes[$0]!.current }
    }
  }

  /// A number for all names and contents there are.
  package var digest: UInt64 {
    var digest = RunningDigest()
    for path in paths {
      digest.add(path.utf8)
      digest.add(self[path] ?? [])
    }
    return digest.value
  }
}

extension SimulatedDisk.State {
  var taken: Int { contents.taken(open: open.values.lazy.map(\.inode)) }

  mutating func endProcess() {
    open = [:]
    stopsAt = .max
    faults = []
    failing = 0..<0
    calls = 0
    watch = nil
    contents.collect(open: [])
  }
}

/// FNV-1a over bytes: tells runs apart that should be the same.
package struct RunningDigest: Sendable {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  package mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x100_0000_01b3
    value ^= value >> 29
  }
}
