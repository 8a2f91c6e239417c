import Glibc
import TesseraClient
import Testing

@testable import tessera

@Suite struct BulkIssueTests {
  private let request: IssueRequest = {
    var request = IssueRequest(.client, name: "bulk")
    request.projects = .all
    request.environment = EnvironmentID("production")
    return request
  }()

  private func withDirectory(_ body: (String) async throws -> Void) async throws {
    var template = Array("\(P_tmpdir)/tessera-command-XXXXXX".utf8CString)
    let path = unsafe String(cString: mkdtemp(&template))
    defer {
      unsafe unlink("\(path)/values")
      unsafe rmdir(path)
    }
    try await body(path)
  }

  private func lines(_ path: String) throws -> [String] {
    String(decoding: try FileText.read(path, upTo: 1 << 20), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  @Test func `a run that issued nothing leaves no file, and takes none away`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/values"
      let bulk = BulkIssue(request, count: 2, file: try ValuesFile(path))
      await #expect(throws: TesseraError.closed) {
        try await bulk.run { _ in throw TesseraError.closed }
      }
      bulk.removeEmptyFile()
      #expect(throws: FileText.Unreadable.self) { try lines(path) }

      let authority = InMemoryAuthority()
      _ = try await BulkIssue(request, count: 1, file: try ValuesFile(path)).run {
        try await authority.issue($0)
      }
      BulkIssue(request, count: 1, file: try ValuesFile(path)).removeEmptyFile()
      #expect(try lines(path).count == 1)
    }
  }

  @Test func `every value is in the file once, and each opens`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/values"
      let authority = InMemoryAuthority()
      let bulk = BulkIssue(request, count: 1000, file: try ValuesFile(path))
      let summary = try await bulk.run { try await authority.issue($0) }
      #expect(summary.issued == 1000)
      #expect(summary.warnings.count == 1)
      let values = try lines(path)
      #expect(Set(values).count == 1000)
      for value in values { #expect(try await authority.validate(value).isAllowed) }
      var status = stat()
      unsafe stat(path, &status)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func `a repetition with the same key issues nothing new`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/values"
      let authority = InMemoryAuthority()
      var request = request
      request.idempotencyKey = "k"
      _ = try await BulkIssue(request, count: 20, file: try ValuesFile(path)).run {
        try await authority.issue($0)
      }
      let again = try await BulkIssue(request, count: 30, file: try ValuesFile(path)).run {
        try await authority.issue($0)
      }
      #expect(again.replayed.count == 20)
      #expect(again.issued == 10)
      #expect(try lines(path).count == 30)
    }
  }

  @Test func `a refusal ends it`() async throws {
    try await withDirectory { directory in
      var request = request
      request.environment = EnvironmentID("moon")
      let bulk = BulkIssue(request, count: 10, file: try ValuesFile("\(directory)/values"))
      let authority = InMemoryAuthority()
      await #expect(throws: TesseraError.self) {
        _ = try await bulk.run { try await authority.issue($0) }
      }
      #expect(try lines("\(directory)/values").isEmpty)
    }
  }

  @Test func `a file that others may read is refused and left alone`() async throws {
    try await withDirectory { directory in
      let path = "\(directory)/values"
      let descriptor = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
      fchmod(descriptor, 0o644)
      close(descriptor)
      var message = ""
      do throws(CommandFailure) { _ = try ValuesFile(path) } catch { message = error.message }
      #expect(message.contains("644"))
      #expect(throws: CommandFailure.self) { _ = try ValuesFile(directory) }
    }
  }
}
