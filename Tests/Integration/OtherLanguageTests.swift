import Foundation
import Testing

@Suite struct OtherLanguageTests {
  /// The script needs protoc and the stock protobuf package; `tools/test` installs what is missing.
  @Test func `a client in Python, made from Protos alone, does every method`() throws {
    let authority = try TestAuthority()
    let (ca, token) = (authority.directory.file("ca.pem"), authority.directory.file("root.token"))
    Files.write(TestAuthority.certificates.authority, to: ca)
    Files.write(authority.rootToken.bytes, to: token)
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Conformance/python/run")

    let process = Process()
    process.executableURL = script
    process.arguments = [
      "--address", "\(authority.server.address)", "--ca", ca, "--token-file", token,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
  }
}
