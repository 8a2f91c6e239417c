import Glibc
import TesseraBytes
import TesseraSystem

extension MemoryDisk {
  /// Counts a call and fails it where that was asked for. `partly` carries out what such a call does
  /// before it fails; `wholly` what a good one does.
  private func call<Result: Sendable>(
    _ name: String, partly: (inout Contents, Fault) -> Result? = { _, _ in nil },
    wholly: (inout Contents) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    let result = state.withLock { contents -> Swift.Result<Result, SystemError> in
      defer { contents.calls += 1 }
      if contents.calls >= contents.stopsAt {
        // The call at which the machine stops may have been under way.
        if contents.calls == contents.stopsAt, name == "pwrite" {
          _ = partly(&contents, Fault(call: name, written: .max))
        }
        return .failure(SystemError(name, errno: EIO))
      }
      if contents.failing.contains(contents.calls) {
        let fault = contents.failure
        if !fault.isShort {
          _ = partly(&contents, fault)
          return .failure(SystemError(name, errno: fault.errno))
        }
        if name == "pread" || name == "pwrite", let result = partly(&contents, fault) {
          return .success(result)
        }
      }
      if let index = contents.faults.firstIndex(where: { $0.call == name }) {
        if contents.faults[index].after > 0 {
          contents.faults[index].after -= 1
        } else {
          let fault = contents.faults[index]
          if !fault.isLasting { contents.faults.remove(at: index) }
          let result = partly(&contents, fault)
          if fault.isShort, let result { return .success(result) }
          return .failure(SystemError(name, errno: fault.errno))
        }
      }
      do throws(SystemError) {
        return .success(try wholly(&contents))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  func open(_ path: String, _ mode: FileMode) throws(SystemError) -> FileNumber {
    try call("open") { contents throws(SystemError) in
      var inode = contents.names.current[path]
      if inode == nil {
        guard mode == .create || mode == .lock else {
          throw SystemError("open", errno: ENOENT, subject: path)
        }
        guard contents.room > 0 else { throw SystemError("open", errno: ENOSPC, subject: path) }
        inode = contents.inodes.count
        contents.inodes[inode!] = Inode()
        contents.names.change(.set(path, inode!))
      } else if mode == .create {
        contents.inodes[inode!]!.change(.truncate(0))
      }
      contents.lastNumber += 1
      contents.open[contents.lastNumber] = inode
      return FileNumber(rawValue: contents.lastNumber)
    }
  }

  func close(_ file: FileNumber) {
    state.withLock {
      $0.open[file.rawValue] = nil
      $0.locks[file.rawValue] = nil
    }
  }

  func size(of file: FileNumber) throws(SystemError) -> Int {
    try call("fstat") { $0.inodes[$0.open[file.rawValue]!]!.current.count }
  }

  func read(
    _ file: FileNumber, at offset: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    let count = room.count
    let bytes = try call(
      "pread", partly: { $0.bytes(of: file, at: offset, upTo: min(count, $1.written)) }
    ) { $0.bytes(of: file, at: offset, upTo: count) }
    unsafe room.copyBytes(from: bytes)
    return bytes.count
  }

  func write(
    _ file: FileNumber, at offset: Int, _ bytes: borrowing RawSpan
  ) throws(SystemError) -> Int {
    let bytes = bytes.array
    return try call(
      "pwrite",
      partly: { contents, fault in
        let part = Array(bytes.prefix(fault.written))
        contents.change(file, .write(offset, part))
        return part.count
      }
    ) { contents throws(SystemError) in
      let count = contents.writable(file, at: offset, bytes.count)
      guard count > 0 || bytes.isEmpty else { throw SystemError("pwrite", errno: ENOSPC) }
      contents.change(file, .write(offset, Array(bytes.prefix(count))))
      return count
    }
  }

  func truncate(_ file: FileNumber, to size: Int) throws(SystemError) {
    try call("ftruncate") { $0.change(file, .truncate(size)) }
  }

  func allocate(_ file: FileNumber, from offset: Int, count: Int) throws(SystemError) {
    try call("fallocate") { contents throws(SystemError) in
      let inode = contents.open[file.rawValue]!
      let end = offset + contents.writable(file, at: offset, count)
      contents.inodes[inode]!.allocated = max(contents.inodes[inode]!.allocated, end)
      if end < offset + count { throw SystemError("fallocate", errno: ENOSPC) }
    }
  }

  func synchronizeData(_ file: FileNumber) throws(SystemError) {
    try call("fdatasync", partly: { contents, _ in contents.forget(file) }) { contents in
      let inode = contents.open[file.rawValue]!
      if contents.corrupts { contents.inodes[inode]!.current[70] ^= 4 }
      contents.inodes[inode]!.durable = contents.inodes[inode]!.current
      contents.inodes[inode]!.pending = []
    }
  }

  func lock(_ file: FileNumber) throws(SystemError) -> Bool {
    try call("flock") { contents in
      let inode = contents.open[file.rawValue]!
      if contents.locks.values.contains(inode) { return false }
      contents.locks[file.rawValue] = inode
      return true
    }
  }

  func createDirectory(_ path: String) throws(SystemError) {
    try call("mkdir") { _ = $0.directories.insert(path) }
  }

  func entries(of directory: String) throws(SystemError) -> [String] {
    try call("opendir") { contents throws(SystemError) in
      guard contents.directories.contains(directory) else {
        throw SystemError("opendir", errno: ENOENT, subject: directory)
      }
      return (Array(contents.names.current.keys) + contents.directories)
        .filter { $0 != "" && parent(of: $0) == directory }
        .map { String($0.dropFirst(directory.count + 1)) }
    }
  }

  func rename(_ path: String, to newPath: String) throws(SystemError) {
    try call("rename") { contents throws(SystemError) in
      guard let inode = contents.names.current[path] else {
        throw SystemError("rename", errno: ENOENT, subject: path)
      }
      contents.names.change(.move(path, newPath, inode))
    }
  }

  func remove(_ path: String) throws(SystemError) {
    try call("unlink") { contents throws(SystemError) in
      guard contents.names.current[path] != nil else {
        throw SystemError("unlink", errno: ENOENT, subject: path)
      }
      contents.names.change(.remove(path))
    }
  }

  func synchronizeDirectory(_ path: String) throws(SystemError) {
    try call("fsync") { contents in
      for change in contents.names.pending where change.directory == path {
        change.apply(to: &contents.names.durable)
      }
      contents.names.pending.removeAll { $0.directory == path }
    }
  }
}

extension MemoryDisk.Contents {
  /// Of files that have a name or are open.
  var taken: Int {
    Set(names.current.values).union(open.values).reduce(0) { $0 + inodes[$1]!.taken }
  }

  var room: Int { capacity == .max ? .max : max(0, capacity - taken) }

  /// How many of `count` bytes at `offset` there is room for.
  func writable(_ file: FileNumber, at offset: Int, _ count: Int) -> Int {
    let (end, overflow) = inodes[open[file.rawValue]!]!.taken.addingReportingOverflow(room)
    return overflow ? count : max(0, min(count, end - offset))
  }

  func bytes(of file: FileNumber, at offset: Int, upTo count: Int) -> [UInt8] {
    Array(inodes[open[file.rawValue]!]!.current.dropFirst(offset).prefix(count))
  }

  mutating func change(_ file: FileNumber, _ change: MemoryDisk.Inode.Change) {
    inodes[open[file.rawValue]!]!.change(change)
  }

  /// What a failed fdatasync does on Linux: the data can be read on, and are never written.
  mutating func forget(_ file: FileNumber) {
    inodes[open[file.rawValue]!]!.pending = []
  }
}

extension MemoryDisk.Inode {
  var taken: Int { max(current.count, allocated) }
}
