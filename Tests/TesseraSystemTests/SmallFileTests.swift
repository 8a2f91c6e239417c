import Glibc
import Testing

import TesseraSystem

@Suite struct SmallFileTests {
  /// A new directory, removed with what is in it when `body` is done.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("\(P_tmpdir)/tessera-test-XXXXXX".utf8CString)
    let path = unsafe String(cString: mkdtemp(&template))
    defer {
      for name in entries(path) { unsafe _ = unlink("\(path)/\(name)") }
      unsafe _ = rmdir(path)
    }
    try body(path)
  }

  private func entries(_ path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe _ = closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  @Test func `what is written is read back, by its owner alone`() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      let contents = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
      try SmallFile.write(unsafe contents.span.bytes, to: path, .new)
      #expect(try SmallFile.read(path) == contents)
      var status = stat()
      unsafe _ = stat(path, &status)
      #expect(status.st_mode & 0o777 == 0o600)
      #expect(entries(directory) == ["file"])
    }
  }

  @Test func `a new file takes no other's place, a replacing one does`() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      let (first, second): ([UInt8], [UInt8]) = ([1], [2])
      try SmallFile.write(unsafe first.span.bytes, to: path, .new)
      let error = #expect(throws: SystemError.self) {
        try SmallFile.write(unsafe second.span.bytes, to: path, .new)
      }
      #expect(error?.errno == EEXIST)
      #expect(try SmallFile.read(path) == first)
      try SmallFile.write(unsafe second.span.bytes, to: path, .replacing)
      #expect(try SmallFile.read(path) == second)
      #expect(entries(directory) == ["file"])
    }
  }

  @Test func `a missing or too large file is an error that names it`() throws {
    try withDirectory { directory in
      let missing = #expect(throws: SystemError.self) { try SmallFile.read("\(directory)/none") }
      #expect(missing?.description == "open \(directory)/none: No such file or directory")
      let contents = [UInt8](repeating: 0, count: 101)
      try SmallFile.write(unsafe contents.span.bytes, to: "\(directory)/large", .new)
      let large = #expect(throws: SystemError.self) {
        try SmallFile.read("\(directory)/large", upTo: 100)
      }
      #expect(large?.errno == EFBIG)
      #expect(try SmallFile.read("\(directory)/large", upTo: 101).count == 101)
    }
  }
}
