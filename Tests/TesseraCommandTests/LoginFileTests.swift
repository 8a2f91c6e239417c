import Glibc
import TesseraClient
import Testing

@testable import tessera

/// A folder for a test, which is gone after it.
func withFolder(_ body: (String) async throws -> Void) async throws {
  var template = Array("\(P_tmpdir)/tessera-command-XXXXXX".utf8CString)
  let path = unsafe String(cString: mkdtemp(&template))
  defer { remove(folder: path) }
  try await body(path)
}

private func remove(folder path: String) {
  for name in names(in: path) {
    let inner = "\(path)/\(name)"
    if unsafe unlink(inner) != 0 { remove(folder: inner) }
  }
  unsafe rmdir(path)
}

/// What a folder holds.
func names(in path: String) -> [String] {
  guard let folder = unsafe opendir(path) else { return [] }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

func write(_ text: String, to path: String) throws {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  try #require(descriptor >= 0)
  defer { close(descriptor) }
  let bytes = Array(text.utf8)
  try #require(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
}

@Suite struct LoginFileTests {
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    unsafe stat(path, &status)
    return status.st_mode & 0o777
  }

  @Test func `the value is its owner's alone, and replaces the one before`() async throws {
    try await withFolder { folder in
      let path = "\(folder)/new/tessera/token"
      for value in ["first", "second"] {
        let draft = try LoginFile.Draft(replacing: path)
        try draft.keep(Secret(value), from: "127.0.0.1:7420")
      }
      #expect(try TokenInput.read(path) == Secret("second"))
      #expect(mode(path) == 0o600)
      #expect(mode("\(folder)/new") == 0o700)
      #expect(names(in: "\(folder)/new/tessera").sorted() == ["token", "token.address"])
      #expect(LoginFile.address(of: path) == "127.0.0.1:7420")
      #expect(LoginFile.existing { ["XDG_CONFIG_HOME": "\(folder)/new"][$0] } == path)
      #expect(try LoginFile.remove(path))
      #expect(try !LoginFile.remove(path))
      #expect(names(in: "\(folder)/new/tessera").isEmpty)
      #expect(LoginFile.existing { ["XDG_CONFIG_HOME": "\(folder)/new"][$0] } == nil)
    }
  }

  @Test func `what is not kept leaves nothing behind`() async throws {
    try await withFolder { folder in
      do { _ = try LoginFile.Draft(replacing: "\(folder)/token") }
      #expect(names(in: folder).isEmpty)
    }
  }

  @Test func `where no file can be made, nothing is begun`() async throws {
    try await withFolder { folder in
      try write("", to: "\(folder)/file")
      #expect(throws: CommandFailure.self) {
        _ = try LoginFile.Draft(replacing: "\(folder)/file/tessera/token")
      }
    }
  }
}
