import Foundation

/// A directory that is removed with everything in it when the test lets go of it.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    let name = "tessera-integration-\(UUID().uuidString)"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Where the tests keep their data directory, which is not there at first.
  var data: String { path + "/data" }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

enum Files {
  static func read(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  static func text(_ path: String) -> String? {
    read(path).map { String(decoding: $0, as: UTF8.self) }
  }

  static func write(_ bytes: some Sequence<UInt8>, to path: String) {
    precondition(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
  }

  static func makeDirectory(_ path: String) {
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
  }

  static func mode(_ path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.posixPermissions] as? NSNumber)?.intValue
  }
}
