import Glibc
import Testing
import TesseraBytes
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

@Suite struct PosixDiskTests {
  let directory = TemporaryDirectory()
  let disk = PosixDisk()

  @Test func `files are written, read, cut and measured`() throws {
    let path = directory.path + "/file"
    let file = try DiskFile(path, .create, on: disk)
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    unsafe try file.write(bytes.span.bytes, at: 0)
    unsafe try file.write(bytes.span.bytes.extracting(0..<3), at: 20_000)
    #expect(try file.size() == 20_003)
    try file.truncate(to: 15_000)
    try file.synchronizeData()
    var buffer = ByteBuffer()
    #expect(try file.read(at: 9_990, upTo: 20, into: &buffer) == 20)
    #expect(buffer.bytes.array == Array(bytes.suffix(10)) + [UInt8](repeating: 0, count: 10))
    #expect(try file.read(at: 14_999, upTo: 100, into: &buffer) == 1)
    #expect(try file.read(at: 15_000, upTo: 100, into: &buffer) == 0)
  }

  @Test func `room beyond the end leaves the length alone, and goes with a cut`() throws {
    let path = directory.path + "/file"
    let file = try DiskFile(path, .create, on: disk)
    let bytes: [UInt8] = [1, 2, 3, 4]
    unsafe try file.write(bytes.span.bytes.extracting(0..<3), at: 0)
    try file.allocate(from: 3, count: 1 << 20)
    try file.synchronizeData()
    #expect(try file.size() == 3)
    let before = taken(path)
    #expect(before >= 1 << 20)
    unsafe try file.write(bytes.span.bytes.extracting(3..<4), at: 3)
    #expect(try file.size() == 4)
    try file.truncate(to: 4)
    let after = taken(path)
    #expect(after < 1 << 16)
  }

  /// In bytes on the disk.
  private func taken(_ path: String) -> Int {
    var status = stat()
    let result = unsafe stat(path, &status)
    return result == 0 ? Int(status.st_blocks) * 512 : -1
  }

  @Test func `names are listed, changed and removed`() throws {
    let path = directory.path + "/inner"
    try disk.createDirectory(path)
    try disk.createDirectory(path)
    for name in ["a", "b", "żółć"] { _ = try DiskFile("\(path)/\(name)", .create, on: disk) }
    try disk.rename("\(path)/a", to: "\(path)/b")
    #expect(try disk.entries(of: path).sorted() == ["b", "żółć"])
    try disk.remove("\(path)/b")
    try disk.synchronizeDirectory(path)
    #expect(try disk.entries(of: path) == ["żółć"])
  }

  /// A directory that is opened anew would be another one, or none.
  @Test func `a directory that was synchronised once needs no descriptor again`() throws {
    let path = directory.path + "/inner"
    try disk.createDirectory(path)
    try disk.synchronizeDirectory(path)
    try disk.rename(path, to: directory.path + "/elsewhere")
    try disk.synchronizeDirectory(path)
    #expect(throws: SystemError("open", errno: ENOENT, subject: path)) {
      try PosixDisk().synchronizeDirectory(path)
    }
  }

  @Test func `errors name the call, the file and the reason`() throws {
    let path = directory.path + "/missing"
    #expect(throws: SystemError("open", errno: ENOENT, subject: path)) {
      _ = try DiskFile(path, .read, on: disk)
    }
    let file = try DiskFile(directory.path + "/file", .create, on: disk)
    _ = file
    let reading = try DiskFile(directory.path + "/file", .read, on: disk)
    #expect(throws: SystemError("pwrite", errno: EBADF, subject: directory.path + "/file")) {
      unsafe try reading.write([UInt8(1)].span.bytes, at: 0)
    }
    #expect(throws: SystemError("unlink", errno: ENOENT, subject: path)) { try disk.remove(path) }
  }

  @Test func `one open file at a time holds the lock`() throws {
    let path = directory.path + "/LOCK"
    do {
      let first = try DiskFile(path, .lock, on: disk)
      #expect(try first.lock())
      let second = try DiskFile(path, .lock, on: disk)
      #expect(try !second.lock())
    }
    let third = try DiskFile(path, .lock, on: disk)
    #expect(try third.lock())
  }

  @Test func `snapshots and segments work on real files`() throws {
    let data = directory.data
    for round in UInt64(0)..<3 {
      try withJournal(data, segmentBytes: 2_000) { journal in
        let first = round * 30 + 1
        for revision in first..<first + 30 { try journal.append([Samples.entry(revision)]) }
        let state = State.after(Samples.entries(1...first + 29))
        #expect(try writeSnapshot(journal.snapshotPlan(), of: state).removalFailure == nil)
      }
    }
    let opened = try Opened.read(data)
    #expect(opened.state.settled == .after(Samples.entries(1...90)))
    #expect(opened.report.snapshot == Revision(rawValue: 90))
    #expect(Files.names(in: data + "/snapshots").count == 2)
    #expect(!Files.exists(data + "/journal/00000000000000000001.segment"))
  }
}
