import Glibc
import Testing
import TesseraCrypto
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraWire

/// The commands on a data directory, as their operator meets them.
@Suite struct OfflineCommandTests {
  private let directory = TemporaryDirectory()
  private var data: String { directory.data }
  private var segment: String { "\(data)/journal/00000000000000000001.segment" }

  /// Runs a command to its end; returns all that it said.
  private func run(
    _ arguments: [String], exits code: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let command = try DaemonProcess(arguments, saysAll: true)
    let end = command.wait()
    let text = command.log()
    #expect(end == .exited(code), "\(text)", sourceLocation: sourceLocation)
    #expect(!text.contains("Fatal error"), sourceLocation: sourceLocation)
    return text
  }

  /// An authority with three ADMIN tokens; their values.
  @discardableResult
  private func make(at now: Timestamp = Clock.now) throws -> [Secret] {
    var authority = try Authority(DataDirectory(creating: data, on: PosixDisk()))
    var values: [Secret] = []
    for _ in 0..<3 {
      let value = TokenValue.make(prefix: "*:*.")
      _ = try authority.issueRootToken(value, command: "test", now: now)
      values.append(Secret(value))
    }
    try authority.close()
    return values
  }

  @Test func `verify tells of every file, and what a start would do`() throws {
    try make()
    let sound = try run(["journal", "verify", "--data", data], exits: 0)
    #expect(sound.contains("\(segment): changes 1 to 3"))
    #expect(sound.contains("A start would serve revision 3"))

    let whole = try #require(Files.read(segment))
    Files.write(whole + [1, 2, 3], to: segment)
    let torn = try run(["journal", "verify", "--data", data], exits: 0)
    #expect(torn.contains("A start would cut 3 bytes"))
    #expect(Files.read(segment) == whole + [1, 2, 3])

    var spoilt = whole
    spoilt[80] ^= 1
    Files.write(spoilt, to: segment)
    let damaged = try run(["journal", "verify", "--data", data], exits: EX_DATAERR)
    #expect(damaged.contains("DAMAGED at offset 64"))
    #expect(damaged.contains("A start would stop"))
    #expect(Files.read(segment) == spoilt)
  }

  @Test func `verify and dump work beside a running daemon`() throws {
    let daemon = try DaemonProcess.serve(directory)
    let issued = try daemon.admin(directory).issue(.client)
    let found = try run(["journal", "verify", "--data", data], exits: 0)
    #expect(found.contains("in use") && found.contains("intact"))
    let dumped = try run(["journal", "dump", "--data", data], exits: 0)
    #expect(dumped.contains(issued.id.description))
    _ = try run(["journal", "repair", "--data", data, "--yes"], exits: EX_TEMPFAIL)
    #expect(try daemon.admin(directory).verdict(issued.value) == .allowed)
  }

  @Test func `dump prints changes without digests, unless it is asked for them`() throws {
    let values = try make()
    let digests = values.map { value in
      Text.hex(unsafe SHA256.digest(of: value.bytes.span.bytes))
    }
    let plain = try run(["journal", "dump", "--data", data], exits: 0)
    let lines = plain.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.hasPrefix(#"{"revision":"#) && $0.hasSuffix("}") })
    #expect(lines[0].contains(#""kind":"TOKEN_ISSUED","put_token":{"token":{"id":"tok_"#))
    #expect(!plain.contains("digest"))
    let whole = try run(["journal", "dump", "--data", data, "--digests"], exits: 0)
    for (value, digest) in zip(values, digests) {
      #expect(whole.contains(digest) && !plain.contains(digest))
      #expect(!whole.contains(String(decoding: value.bytes, as: UTF8.self)))
    }
    let one = try run(["journal", "dump", "--data", data, "--from", "2", "--to", "2"], exits: 0)
    #expect(one.split(separator: "\n").map(String.init) == [String(lines[1])])
  }

  @Test func `dump never prints what scrypt made of a password`() throws {
    let daemon = try DaemonProcess.serve(directory)
    let admin = try daemon.admin(directory)
    var request = CreateUserRequest("ada")
    request.password = Secret("correct horse battery")
    _ = try admin.call(request)
    _ = try admin.call(SnapshotRequest())
    let revision = try admin.call(HealthRequest()).revision
    let journal = try run(["journal", "dump", "--data", data, "--digests"], exits: 0)
    let snapshot = try run(
      ["journal", "dump", "--data", data, "--digests", "--snapshot", "\(revision.rawValue)"],
      exits: 0)
    for text in [journal, snapshot] {
      #expect(text.contains(#""id":"ada""#) && text.contains(#""has_password":true"#))
      #expect(!text.contains("salt") && !text.contains("scrypt"))
    }
    daemon.send(SIGKILL)
    _ = daemon.wait()
  }

  @Test func `dump of a snapshot that is not there names those that are`() throws {
    let arguments = ["journal", "dump", "--data", data, "--snapshot", "7"]
    let daemon = try DaemonProcess.serve(directory)
    let admin = try daemon.admin(directory)
    #expect(try run(arguments, exits: EX_NOINPUT).contains("none at all"))
    var covered: [UInt64] = []
    for _ in 0..<2 {
      _ = try admin.issue(.client)
      _ = try admin.call(SnapshotRequest())
      covered.append(try admin.call(HealthRequest()).revision.rawValue)
    }
    let said = try run(arguments, exits: EX_NOINPUT)
    #expect(said.contains("no snapshot that covers revision 7"), "\(said)")
    #expect(said.contains("--snapshot takes \(covered[0]) or \(covered[1])"), "\(said)")
    daemon.send(SIGKILL)
    _ = daemon.wait()
  }

  @Test func `repair says what is lost, asks, keeps a copy, and then a start goes`() throws {
    try make()
    let nothing = try run(["journal", "repair", "--data", data, "--yes"], exits: 0)
    #expect(nothing.contains("nothing to repair"))
    var bytes = try #require(Files.read(segment))
    bytes[80] ^= 1
    Files.write(bytes, to: segment)
    let asked = try run(["journal", "repair", "--data", data], exits: EX_USAGE)
    #expect(asked.contains("Lost: 3 changes, revisions 1 to 3, of which 2 can be read"))
    #expect(Files.read(segment) == bytes)
    let done = try run(["journal", "repair", "--data", data, "--yes"], exits: 0)
    #expect(done.contains("Kept a copy: \(segment).cut-64"))
    #expect(done.contains("A start would serve revision 0"))
    #expect(Files.read("\(segment).cut-64") == Array(bytes.dropFirst(64)))
    #expect(Files.read(segment) == Array(bytes.prefix(64)))
  }

  @Test func `restore wants a cut-off or a waiver, and a new directory`() throws {
    let values = try make()
    let new = directory.file("new")
    let restore = ["restore", "--from", data, "--data", new]
    let why = try run(restore, exits: EX_USAGE)
    #expect(why.contains("--cut-off") && why.contains("--accept-revived"))
    #expect(try run(restore + ["--cut-off", "now"], exits: EX_USAGE).contains("--root-token-file"))
    #expect(!Files.exists(new))
    let token = directory.file("token")
    let done = try run(
      restore + ["--cut-off", "now", "--root-token-file", token], exits: 0)
    #expect(done.contains("3 tokens were revoked") && done.contains("users"))
    _ = try run(restore + ["--accept-revived"], exits: EX_CANTCREAT)

    let moved = TemporaryDirectory()
    #expect(unsafe rename(new, moved.data) == 0)
    Files.write(try #require(Files.read(token)), to: "\(moved.data)/root.token")
    let daemon = try DaemonProcess.serve(moved)
    let admin = try daemon.admin(moved)
    #expect(try admin.verdict(values[0]) == .revoked)
    #expect(try admin.call(HealthRequest()).revision.epoch == 1)
  }

  @Test func `a clock that is far behind stops the start, unless it is accepted`() throws {
    let values = try make(at: Clock.now + .seconds(86_400))
    Files.write(values[0].bytes, to: "\(data)/root.token")
    let serve = ["serve", "--dev", "--data", data, "--listen", "127.0.0.1:0"]
    let refused = try run(serve, exits: EX_TEMPFAIL)
    #expect(refused.contains("--accept-clock"))
    #expect(
      try run(["journal", "verify", "--data", data], exits: EX_DATAERR).contains("--accept-clock"))
    let daemon = try DaemonProcess.serve(directory, ["--accept-clock"])
    let issued = try daemon.admin(directory).issue(.client)
    let record = try daemon.admin(directory).call(GetRequest(issued.id)).token
    #expect(try #require(record?.createdAt) < Clock.now + .seconds(3_600))
  }
}

private enum Text {
  /// As `sha256sum` prints it.
  static func hex(_ digest: Digest) -> String {
    [digest.word0, digest.word1, digest.word2, digest.word3].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

private enum Clock {
  static var now: Timestamp { Timestamp(microseconds: SystemClock.wallMicroseconds()) }
}
