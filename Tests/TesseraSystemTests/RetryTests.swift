import Glibc
import Testing

@testable import TesseraSystem

@Suite struct RetryTests {
  @Test func `a call that a signal interrupts is made again`() throws {
    var calls = 0
    let result = try retrying("read") { () -> Int in
      calls += 1
      errno = EINTR
      return calls < 4 ? -1 : 7
    }
    #expect(result == 7)
    #expect(calls == 4)
  }

  @Test(arguments: [EIO, ENOSPC, EAGAIN]) func `any other failure is told`(code: Int32) {
    var calls = 0
    let error = #expect(throws: SystemError.self) {
      try retrying("read", on: "/file") { () -> Int in
        calls += 1
        errno = code
        return -1
      }
    }
    #expect(error == SystemError("read", errno: code, subject: "/file"))
    #expect(calls == 1)
  }
}
