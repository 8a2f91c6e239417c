import Glibc
import TesseraBytes
import TesseraSystem

extension SimulatedDisk {
  package func open(_ path: String, _ mode: FileMode) throws(SystemError) -> FileNumber {
    let path = canonical(path)
    return try call(.open) { state throws(SystemError) in
      let inode: Int
      if let found = state.contents.names.current[path] {
        guard found != DiskContents.Names.directory else {
          throw SystemError("open", errno: EISDIR, subject: path)
        }
        inode = found
        if mode == .create { state.contents.inodes[inode]!.change(.truncate(0)) }
      } else {
        guard mode == .create || mode == .lock, state.contents.hasDirectory(parent(of: path))
        else { throw SystemError("open", errno: ENOENT, subject: path) }
        guard state.room > 0 else { throw SystemError("open", errno: ENOSPC, subject: path) }
        inode = state.contents.makeInode()
        state.contents.names.change(.set(path, inode))
      }
      state.lastNumber += 1
      state.open[state.lastNumber] = OpenFile(inode: inode, path: path)
      return FileNumber(rawValue: state.lastNumber)
    }
  }

  package func close(_ file: FileNumber) { state.withLock { $0.open[file.rawValue] = nil } }

  package func size(of file: FileNumber) throws(SystemError) -> Int {
    try call(.fstat) { $0[file].current.count }
  }

  package func read(
    _ file: FileNumber, at offset: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    let count = room.count
    let bytes = try call(
      .pread, partly: { $0.bytes(of: file, at: offset, upTo: min(count, $1.written)) }
    ) { state throws(SystemError) in
      let path = state.open[file.rawValue]!.path
      if state.unreadable.contains(path) { throw SystemError("pread", errno: EIO) }
      return state.bytes(of: file, at: offset, upTo: count)
    }
    unsafe room.copyBytes(from: bytes)
    return bytes.count
  }

  package func write(
    _ file: FileNumber, at offset: Int, _ bytes: borrowing RawSpan
  ) throws(SystemError) -> Int {
    let bytes = bytes.array
    return try call(
      .pwrite,
      partly: { state, fault in
        let part = Array(bytes.prefix(fault.written))
        state[file].change(.write(offset, part))
        return part.count
      }
    ) { state throws(SystemError) in
      let count = state.writable(file, at: offset, bytes.count)
      guard count > 0 || bytes.isEmpty else { throw SystemError("pwrite", errno: ENOSPC) }
      if count < bytes.count { state.disturbances += 1 }
      state[file].change(.write(offset, count == bytes.count ? bytes : Array(bytes[..<count])))
      return count
    }
  }

  package func truncate(_ file: FileNumber, to size: Int) throws(SystemError) {
    try call(.ftruncate) { $0[file].change(.truncate(size)) }
  }

  package func allocate(
    _ file: FileNumber, from offset: Int, count: Int
  ) throws(SystemError) {
    try call(.fallocate) { state throws(SystemError) in
      let end = offset + state.writable(file, at: offset, count)
      state[file].allocated = max(state[file].allocated, end)
      if end < offset + count { throw SystemError("fallocate", errno: ENOSPC) }
    }
  }

  package func synchronizeData(_ file: FileNumber) throws(SystemError) {
    try call(
      .fdatasync,
      partly: { state, _ in
        var dice = state.dice
        state[file].forget(using: &dice)
        state.dice = dice
      }
    ) { state in
      if state.pretends(.fdatasync, state.open[file.rawValue]!.path) { return }
      if state.corrupts { state.flipBit(of: file) }
      state[file].makeDurable()
    }
  }

  package func dropCache(of file: FileNumber) throws(SystemError) {
    try call(.fadvise) { _ in }
  }

  package func lock(_ file: FileNumber) throws(SystemError) -> Bool {
    try call(.flock) { state in
      let inode = state.open[file.rawValue]!.inode
      if state.open.values.contains(where: { $0.inode == inode && $0.isLocked }) { return false }
      state.open[file.rawValue]!.isLocked = true
      return true
    }
  }

  package func createDirectory(_ path: String) throws(SystemError) {
    let path = canonical(path)
    try call(.mkdir) { state in
      guard state.contents.names.current[path] == nil else { return }
      state.contents.names.change(.set(path, DiskContents.Names.directory))
    }
  }

  package func entries(of directory: String) throws(SystemError) -> [String] {
    let directory = canonical(directory)
    return try call(.opendir) { state throws(SystemError) in
      guard state.contents.hasDirectory(directory) else {
        throw SystemError("opendir", errno: ENOENT, subject: directory)
      }
      // Sorted, so that one seed gives one run.
      return state.contents.names.current.keys.filter { parent(of: $0) == directory }
        .map { String($0.dropFirst(directory.count + 1)) }.sorted()
    }
  }

  package func rename(_ path: String, to newPath: String) throws(SystemError) {
    let (path, newPath) = (canonical(path), canonical(newPath))
    try call(.rename) { state throws(SystemError) in
      guard let inode = state.contents.names.current[path] else {
        throw SystemError("rename", errno: ENOENT, subject: path)
      }
      state.contents.names.change(.move(path, newPath, inode))
    }
  }

  package func remove(_ path: String) throws(SystemError) {
    let path = canonical(path)
    try call(.unlink) { state throws(SystemError) in
      guard state.contents.names.current[path] != nil else {
        throw SystemError("unlink", errno: ENOENT, subject: path)
      }
      state.contents.names.change(.remove(path))
    }
  }

  package func synchronizeDirectory(_ path: String) throws(SystemError) {
    let path = canonical(path)
    try call(.fsync) { state in
      if state.pretends(.fsync, path) { return }
      state.contents.names.makeDurable(in: path)
      state.contents.collect(open: state.open.values.lazy.map(\.inode))
    }
  }

  /// Counts a call and fails it where that was asked for. `partly` carries out what such a call
  /// does before it fails; `wholly` what a good one does.
  private func call<Result: Sendable>(
    _ call: DiskCall, partly: (inout State, DiskFault) -> Result? = { _, _ in nil },
    wholly: (inout State) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    let (result, watch) = state.withLock {
      state -> (Swift.Result<Result, SystemError>, (@Sendable (DiskCall) -> Void)?) in
      defer { state.calls += 1 }
      let watch = call.changes ? state.watch : nil
      if state.calls >= state.stopsAt {
        state.disturbances += 1
        // The call at which the machine stops may have been under way.
        if state.calls == state.stopsAt, call == .pwrite {
          _ = partly(&state, DiskFault(call: call, written: .max))
        }
        return (.failure(SystemError(call.rawValue, errno: EIO)), nil)
      }
      if let fault = state.takeFault(of: call) {
        state.disturbances += 1
        let result = partly(&state, fault)
        if fault.hasEffect { _ = try? wholly(&state) }
        if fault.isShort, call == .pread || call == .pwrite, let result {
          return (.success(result), watch)
        }
        return (.failure(SystemError(call.rawValue, errno: fault.errno)), watch)
      }
      do throws(SystemError) {
        return (.success(try wholly(&state)), watch)
      } catch {
        if error.errno == ENOSPC { state.disturbances += 1 }
        return (.failure(error), watch)
      }
    }
    watch?(call)
    return try result.get()
  }
}

extension SimulatedDisk.State {
  /// The inode of an open file.
  fileprivate subscript(file: FileNumber) -> DiskContents.Inode {
    get { contents.inodes[open[file.rawValue]!.inode]! }
    _modify { yield &contents.inodes[open[file.rawValue]!.inode]! }
  }

  fileprivate func bytes(of file: FileNumber, at offset: Int, upTo count: Int) -> [UInt8] {
    let bytes = self[file].current
    return offset < bytes.count ? Array(bytes[offset..<min(bytes.count, offset + count)]) : []
  }

  fileprivate var room: Int {
    contents.capacity == .max ? .max : max(0, contents.capacity - taken)
  }

  /// How many of `count` bytes at `offset` there is room for.
  fileprivate func writable(_ file: FileNumber, at offset: Int, _ count: Int) -> Int {
    let (end, overflow) = self[file].taken.addingReportingOverflow(room)
    return overflow ? count : max(0, min(count, end - offset))
  }

  fileprivate func pretends(_ call: DiskCall, _ path: String) -> Bool {
    pretences.contains { $0.call == call && path.hasSuffix($0.pathSuffix) }
  }

  /// Flips a bit in the payload of the file's first frame, once: what only the frame's checksum is
  /// sure to tell. The header of a file takes 64 bytes, that of a frame 24, and begins with the
  /// length of the payload.
  fileprivate mutating func flipBit(of file: FileNumber) {
    let payload = 64 + 24
    let bytes = self[file].current
    guard bytes.count > payload, !self[file].isCorrupted else { return }
    let length = bytes[64..<68].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length > 0, payload + length <= bytes.count else { return }
    let place = Int.random(in: payload..<payload + length, using: &dice)
    let bit = UInt8.random(in: 0..<8, using: &dice)
    self[file].change(.write(place, [bytes[place] ^ 1 << bit]))
    self[file].isCorrupted = true
  }

  /// The fault that this call is to have, if any.
  fileprivate mutating func takeFault(of call: DiskCall) -> DiskFault? {
    if failing.contains(calls) {
      let isTheirs = !failure.isShort || call == .pread || call == .pwrite
      return isTheirs ? failure : nil
    }
    guard let index = faults.firstIndex(where: { $0.call == call }) else { return nil }
    guard faults[index].after == 0 else {
      faults[index].after -= 1
      return nil
    }
    let fault = faults[index]
    if !fault.isLasting { faults.remove(at: index) }
    return fault
  }
}
