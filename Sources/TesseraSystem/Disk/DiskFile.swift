import Glibc
import TesseraBytes

/// An open file with one owner; it is closed when the owner lets go of it.
public struct DiskFile<D: Disk>: ~Copyable, Sendable {
  public let disk: D
  /// Where it was when it was opened.
  public let path: String
  private let number: FileNumber

  public init(_ path: String, _ mode: FileMode, on disk: D) throws(SystemError) {
    number = try disk.open(path, mode)
    self.disk = disk
    self.path = path
  }

  deinit { disk.close(number) }

  public func size() throws(SystemError) -> Int {
    try named { () throws(SystemError) in try disk.size(of: number) }
  }

  public func truncate(to size: Int) throws(SystemError) {
    try named { () throws(SystemError) in try disk.truncate(number, to: size) }
  }

  /// Sets room aside beyond what is written; see `Disk.allocate`.
  public func allocate(from offset: Int, count: Int) throws(SystemError) {
    try named { () throws(SystemError) in
      try disk.allocate(number, from: offset, count: count)
    }
  }

  public func synchronizeData() throws(SystemError) {
    try named { () throws(SystemError) in try disk.synchronizeData(number) }
  }

  /// Has the next reads come from the medium; see `Disk.dropCache`.
  public func dropCache() throws(SystemError) {
    try named { () throws(SystemError) in try disk.dropCache(of: number) }
  }

  public func lock() throws(SystemError) -> Bool {
    try named { () throws(SystemError) in try disk.lock(number) }
  }

  /// Writes all of `bytes` at `offset`. After an error any part of them may be there.
  public func write(_ bytes: borrowing RawSpan, at offset: Int) throws(SystemError) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(written..<bytes.byteCount)
      let count: Int
      do {
        count = try disk.write(number, at: offset + written, rest)
      } catch {
        throw SystemError(error.call, errno: error.errno, subject: path)
      }
      if count <= 0 { throw SystemError("pwrite", errno: EIO, subject: path) }
      written += count
    }
  }

  /// Appends up to `count` bytes of the file, from `offset` on, to `buffer`: all of them but at the
  /// end of the file. Returns how many.
  public func read(
    at offset: Int, upTo count: Int, into buffer: inout ByteBuffer
  ) throws(SystemError) -> Int {
    var total = 0
    while total < count {
      let read = try named { () throws(SystemError) in
        unsafe try buffer.append(upTo: count - total) { room throws(SystemError) in
          unsafe try disk.read(number, at: offset + total, into: room)
        }
      }
      if read == 0 { break }
      total += read
    }
    return total
  }

  /// Says in an error which file it is about: the disk knows only its number.
  private func named<Result>(
    _ body: () throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    do {
      return try body()
    } catch {
      throw SystemError(error.call, errno: error.errno, subject: path)
    }
  }
}
