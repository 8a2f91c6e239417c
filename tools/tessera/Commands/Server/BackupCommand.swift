import ArgumentParser
import TesseraClient

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the running authority, as it is now, into a new directory that starts.",
    discussion: """
      Needs an ADMIN token. The copy holds every change that was acknowledged before, and no token's \
      value; check it with: tesserad journal verify --data DIR. Make an authority from it with: \
      tesserad restore --from DIR.
      """)

  @Argument(help: "The directory to be made.")
  var directory: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let backup = try await connection.session(attempts: 1) { session in
      let backup = try await session.call { try await $0.beginBackup() }
      let copied: Result<Void, any Error>
      do {
        copied = .success(
          try await copy(backup, into: BackupFolder(new: directory), session))
      } catch {
        copied = .failure(error)
      }
      // One that cannot be ended ends by itself.
      try? await session.call { try await $0.end(backup) }
      try copied.get()
      return backup
    }
    output.show(
      [
        ("directory", directory), ("revision", String(backup.revision.rawValue)),
        ("files", String(backup.files.count)), ("bytes", String(backup.size)),
      ],
      .object([
        "directory": .string(directory), "revision": .number(backup.revision.rawValue),
        "files": .number(UInt64(backup.files.count)), "bytes": .number(backup.size),
      ]))
  }

  private func copy(
    _ backup: Backup, into folder: BackupFolder, _ session: Session
  ) async throws {
    for (index, file) in backup.files.enumerated() {
      let copy = try folder.create(file.name)
      var offset: UInt64 = 0
      while offset < file.size {
        let start = offset
        let bytes = try await session.call {
          try await $0.read(backup, file: index, at: start)
        }
        try copy.append(bytes)
        offset += UInt64(bytes.count)
      }
      try copy.finish()
    }
    try folder.finish()
  }
}
