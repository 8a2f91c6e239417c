import Foundation
import TesseraClient
import Testing

@testable import tessera

@Suite struct BackupFolderTests {
  @Test(arguments: [
    "authority", "journal/00000000000000000001.segment", "snapshots/00000000000000048211.snapshot",
  ])
  func `the files of a data directory are written`(_ name: String) {
    #expect(BackupFolder.isExpected(name))
  }

  @Test(arguments: [
    "", "root.token", "LOCK", "/etc/passwd", "../authority", "journal/../authority", "journal/",
    "journal/1.segment", "journal/00000000000000000001.snapshot", "journal/.segment",
    "snapshots/00000000000000000001.segment", "journal/0000000000000000000a.segment",
    "journal//0000000000000000001.segment", "authority/", "tls/server.key",
  ])
  func `no other name is`(_ name: String) {
    #expect(!BackupFolder.isExpected(name))
  }

  @Test func `a directory that is there is refused, and files are their owner's alone`() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("tessera-backup-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try BackupFolder(new: path + "//")
    #expect(folder.path == path)
    let copy = try folder.create("authority")
    try copy.append(Array("abc".utf8))
    try copy.append(Array("def".utf8))
    try copy.finish()
    try folder.finish()
    #expect(FileManager.default.contents(atPath: path + "/authority") == Data("abcdef".utf8))
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "/authority")
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(throws: CommandFailure.self) { try BackupFolder(new: path) }
    #expect(throws: CommandFailure.self) { _ = try folder.create("../elsewhere") }
    #expect(throws: CommandFailure.self) { _ = try folder.create("authority") }
  }
}
