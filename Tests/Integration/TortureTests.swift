import Foundation
import Glibc
import Testing

/// Short runs of `tessera-torture`, whose long ones are in `tools/dev`.
@Suite(.serialized) struct TortureTests {
  /// Runs the program that was built beside the tests' own.
  private func torture(_ arguments: String...) throws -> (code: Int32, output: String) {
    let folder = URL(fileURLWithPath: DaemonProcess.program).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appendingPathComponent("tessera-torture")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func `nothing that 32 writers were told is lost when the daemon is killed`() throws {
    let (code, output) = try torture("kill", "--kills", "5", "--longest", "300")
    print(output)
    #expect(code == 0, "\(output)")
    #expect(output.contains("lost 0, revived 0"))
    #expect(!output.contains("acknowledged: 0 issues"))
  }

  @Test func `a disk that is filled under load refuses changes, and nothing else`() throws {
    let (code, output) = try torture("full-disk", "--size", "32", "--revocations", "100")
    if code == EX_NOPERM {
      print("no tmpfs can be mounted here; FullDiskTests fill a simulated disk")
      return
    }
    print(output)
    #expect(code == 0, "\(output)")
    #expect(output.contains("wrong 0"))
    #expect(output.contains("lost 0, revived 0"))
  }
}
