import ArgumentParser
import Glibc
import TesseraClient
import TesseraSystem

struct FullDiskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "full-disk",
    abstract: "Fill the disk of a daemon while it is asked to validate, and make room again.",
    discussion: """
      The disk is a tmpfs of a limited size. Mounting it needs root, or a name space of one's own: \
      unshare --user --map-root-user --mount tessera-torture full-disk.
      """)

  @OptionGroup var options: RunOptions

  @Option(help: ArgumentHelp("The size of the disk.", valueName: "MEBIBYTES"))
  var size = 48

  @Option(help: ArgumentHelp("Tokens that are revoked while it is full.", valueName: "N"))
  var revocations = 1_000

  func validate() throws {
    guard (32...4_096).contains(size) else {
      throw ValidationError("--size is from 32 to 4096")
    }
  }

  func run() async throws {
    try await exitingCleanly {
      let directory = try options.makeDirectory()
      guard
        try ChildProcess.succeeds(
          "/bin/mount", "-t", "tmpfs", "-o", "size=\(size)m,mode=700", "tessera", directory)
      else {
        throw TortureFailure(
          EX_NOPERM, "no tmpfs can be mounted here; see --help for what it needs")
      }
      say("seed \(options.seed), a disk of \(size) MiB on \(directory)")
      var run = FullDiskRun(
        program: options.program(), disk: directory, revocations: revocations, seed: options.seed)
      let outcome: Result<Void, any Error>
      do {
        outcome = .success(try await run.run())
      } catch {
        outcome = .failure(error)
      }
      print(run.summary)
      _ = try ChildProcess.succeeds("/bin/umount", "-l", directory)
      _ = try ChildProcess.succeeds("/bin/rmdir", directory)
      try outcome.get()
      if let wrong = run.validations.firstWrong {
        throw TortureFailure.wrong(
          "\(run.validations.wrong) validations were wrong, first \(wrong)")
      }
      guard run.findings.lost == 0, run.findings.revived == 0 else {
        throw TortureFailure.wrong("acknowledged changes are gone")
      }
    }
  }
}
