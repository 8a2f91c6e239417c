import ArgumentParser
import Configuration
import FoundationEssentials
import Logging
import ServiceLifecycle
import TesseraJournal
import TesseraServer
import TesseraSystem
import TesseraTLS

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: """
      Serve an authority until SIGTERM or SIGINT; SIGHUP reads certificates and proxy keys again.
      """,
    discussion: """
      Each setting comes from its flag, else from the environment (TESSERAD_LISTEN, \
      TESSERAD_TLS_CERTIFICATE, …), else from the file that --config names, else from its default.
      """)

  @Flag(help: "For development: loopback only, makes the authority, a certificate and root.token.")
  var dev = false

  @Flag(help: "Believe the clock although the authority has seen a later time.")
  var acceptClock = false

  @OptionGroup var settings: DaemonFlags

  func run() async throws {
    try await exitingCleanly {
      Signals.ignoreBrokenPipes()
      OpenFileLimit.raise()
      CoreDumps.forbid()
      let source = ConfigurationSource(settings, isDevelopment: dev)
      let configuration = try await source.read()
      var logger = Logger(label: "tesserad", factory: { StreamLogHandler.standardError(label: $0) })
      logger.logLevel = configuration.logLevel
      if dev { try Development.prepare(configuration) }
      let identity = try configuration.identity()
      let certificates = CertificateWatch(configuration.shown(identity), logger: logger)
      certificates.look(at: .now)
      let authority = try openAuthority(configuration, logger)
      let diskFailure = DiskFailure()
      let exits = configuration.exitsOnDiskFailure
      let server = try Server.start(
        configuration.server, identity: identity, authority, logger: logger,
        onJournalEnd: { if exits { diskFailure.tell() } })
      let service = DaemonService(
        server: server, source: source, certificates: certificates, diskFailure: diskFailure,
        supervisor: supervisor,
        logger: logger)
      let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
          services: [service],
          gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
      try await group.run()
      logger.notice("stopped")
    }
  }

  /// A variable that is empty counts as unset, as it does for sd_notify(3).
  private var supervisor: NotifySocket? {
    let name = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"] ?? ""
    return name.isEmpty ? nil : NotifySocket(named: name)
  }

  private func openAuthority(
    _ configuration: DaemonConfiguration, _ logger: Logger
  ) throws -> Authority<PosixDisk> {
    var authority = try Authority(
      try DataDirectory(opening: configuration.server.dataDirectory, on: PosixDisk()),
      segmentBytes: configuration.server.segmentBytes,
      reserveBytes: configuration.server.reserveBytes,
      eventsKept: configuration.server.eventsKept,
      eventsKeptFor: configuration.server.eventsKeptFor,
      clock: acceptClock ? .accepted(.now) : .checked(.now))
    let found = authority.recovery
    for damage in found.damagedSnapshots {
      logger.error("a damaged snapshot was passed over: \(damage.file): \(damage.what)")
    }
    if let torn = found.tornTail {
      logger.warning(
        "the journal's end was torn, as a crash leaves a change that was not acknowledged; it was cut",
        metadata: ["file": "\(torn.file)", "offset": "\(torn.offset)", "copy": "\(torn.copy)"])
    }
    logger.info(
      "state loaded",
      metadata: [
        "tokens": "\(authority.engine.tokenCount)",
        "snapshot": "\(found.snapshot.map { "\($0.rawValue)" } ?? "none")",
        "replayed": "\(found.entries)", "revision": "\(found.lastRevision.rawValue)",
      ])
    if dev { try Development.issueRootToken(in: &authority, configuration) }
    return authority
  }
}
