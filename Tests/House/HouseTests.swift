import Foundation
import Testing

/// The rules of the house that the compiler does not check.
@Suite struct HouseTests {
  /// What each target may import of ours and of C; the README's picture of the dependencies.
  private static let allowedImports: [String: Set<String>] = [
    "TesseraBytes": [], "TesseraModel": [],
    "TesseraWire": ["TesseraModel", "TesseraBytes"],
    "TesseraEngine": ["TesseraModel", "CIntrinsics"],
    "TesseraSystem": ["CLinux", "TesseraBytes"],
    "TesseraCrypto": ["COpenSSL", "CIntrinsics", "TesseraModel"],
    "TesseraTLS": ["COpenSSL", "TesseraSystem", "TesseraBytes"],
    "TesseraJournal": ["TesseraModel", "TesseraBytes", "TesseraWire", "TesseraSystem"],
    "TesseraServer": [
      "TesseraModel", "TesseraBytes", "TesseraWire", "TesseraEngine", "TesseraJournal",
      "TesseraSystem", "TesseraCrypto", "TesseraTLS", "Logging",
    ],
    "TesseraClient": [
      "TesseraModel", "TesseraBytes", "TesseraWire", "TesseraTLS", "TesseraSystem",
    ],
  ]

  /// Where a concurrency rule is waived, and how often; the proof stands beside each.
  private static let waivers: [String: Int] = [
    "Sources/TesseraEngine/Access/FrozenArray.swift": 1,
    "Sources/TesseraEngine/Access/ObjectTable.swift": 1,
    "Sources/TesseraEngine/Access/Published.swift": 1,
    "Sources/TesseraEngine/Credentials/DetailsTable.swift": 1,
    "Sources/TesseraEngine/Index/ChunkedMemory.swift": 1,
    "Sources/TesseraEngine/Index/ConcurrentIndex.swift": 1,
    "Sources/TesseraEngine/Reclamation/Epochs.swift": 1,
    "Sources/TesseraTLS/CiphertextBIO.swift": 1,
    "Sources/TesseraTLS/TLSContext.swift": 1,
  ]

  private static let standard: Set<String> = ["Glibc", "Synchronization"]

  @Test func `each target imports what it may, and nothing else`() throws {
    for (target, allowed) in HouseTests.allowedImports {
      for file in try sources(under: "Sources/\(target)") {
        for line in file.lines {
          guard let module = importedModule(line) else { continue }
          #expect(
            allowed.union(HouseTests.standard).contains(module), "\(file.path) imports \(module)")
        }
      }
    }
  }

  @Test func `every target under Sources is in the table`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "Sources").path)
    let ruled = Set(HouseTests.allowedImports.keys)
    let swift = folders.filter { !$0.hasPrefix("C") && $0 != "tesserad" }
    #expect(Set(swift) == ruled)
  }

  @Test func `rules of concurrency are waived where the list says, and nowhere else`() throws {
    var found: [String: Int] = [:]
    for file in try sources(under: "Sources") + sources(under: "tools") {
      let count = file.lines.count { line in
        let code = line.trimmingCharacters(in: .whitespaces)
        return !code.hasPrefix("//")
          && (code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)"))
      }
      if count > 0 { found[file.path] = count }
    }
    #expect(found == HouseTests.waivers)
  }

  @Test func `files stay short enough to be read in one go`() throws {
    for file in try sources(under: "Sources") + sources(under: "tools") {
      #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test func `only the crypto and TLS targets know OpenSSL`() throws {
    for file in try sources(under: "Sources") + sources(under: "tools") {
      guard file.lines.contains(where: { importedModule($0) == "COpenSSL" }) else { continue }
      #expect(
        file.path.hasPrefix("Sources/TesseraCrypto/") || file.path.hasPrefix("Sources/TesseraTLS/"))
    }
  }

  private struct Source {
    var path: String
    var lines: [String]
  }

  private var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  private func sources(under folder: String) throws -> [Source] {
    let start = root.appending(path: folder)
    let names = FileManager.default.enumerator(atPath: start.path)?.compactMap { $0 as? String }
    let swift = try #require(names).filter { $0.hasSuffix(".swift") }
    #expect(!swift.isEmpty, "\(folder) has no sources")
    return try swift.map { name in
      let text = try String(contentsOf: start.appending(path: name), encoding: .utf8)
      return Source(path: "\(folder)/\(name)", lines: text.components(separatedBy: "\n"))
    }
  }

  /// The module that a line imports, whole or one declaration of it; nil for other lines.
  private func importedModule(_ line: String) -> String? {
    var words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0 == "public" }
    guard words.popFirst() == "import", var name = words.popFirst() else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "let", "var"]
    if kinds.contains(name) {
      guard let declaration = words.first else { return nil }
      name = declaration
    }
    return name.split(separator: ".").first.map(String.init)
  }
}
