import Logging
import Synchronization
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem

/// A running authority: its reactors, the committer, and the threads for queries, for passwords and
/// for snapshots.
///
/// ```swift
/// let server = try Server.start(configuration, identity: identity, authority, logger: logger)
/// …
/// server.stop()
/// ```
public final class Server: Sendable {
  public static let version = SoftwareVersion.current

  /// Where it listens; the port is the one that was taken where the configuration says 0.
  public let address: SocketAddress
  public let counters: Counters

  private let mailboxes: [ReactorMailbox]
  private let commits: WorkQueue<CommitWork>
  private let queries: WorkQueue<QueryRequest>
  private let passwords: PasswordServices
  private let engine: Engine
  private let status: ServerStatus
  private let drainNanoseconds: Int64
  private let logger: Logger
  private let threads: Mutex<ServerThreads?>

  /// Listens, and serves from the moment it returns.
  ///
  /// - Parameter onJournalEnd: called once, on the committer's thread, should a call on the disk
  ///   fail after which no change is accepted any more.
  /// - Throws: `SystemError` where the address is taken, or the system refuses a thread.
  public static func start<D: Disk>(
    _ configuration: ServerConfiguration, identity: ServerIdentity,
    _ authority: consuming sending Authority<D>, logger: Logger,
    onJournalEnd: @escaping @Sendable () -> Void = {}
  ) throws(SystemError) -> Server {
    let parts = try ServerParts(
      configuration, authority.engine, PageKey(authority.id), logger: logger)
    authority.engine.setProxyKeys(identity.proxyKeys)
    authority.engine.limitTokens(perOwner: configuration.tokensPerUser)
    let plans = try WorkQueue<SnapshotPlan<D>>(limit: 1)
    let first = try ListeningSocket(exclusively: configuration.address)
    let address = first.address
    var threads = ServerThreads()
    var listeners = [Handoff<ListeningSocket>]()
    for _ in 1..<max(1, configuration.reactors) {
      listeners.append(Handoff(try first.sibling()))
    }
    listeners.append(Handoff(first))
    for (index, mailbox) in parts.mailboxes.enumerated() {
      let reactor = Handoff(
        try Reactor.listening(
          on: listeners[index].take(), services: parts.services, mailbox: mailbox,
          identity: identity))
      threads.reactors.append(
        Handoff(try Thread(name: "reactor-\(index)") { reactor.take().run() }))
    }
    let committer = Handoff(
      Committer(
        CommitStage(
          authority, configuration, status: parts.services.status, MachineTime(), logger),
        queue: parts.services.commits, snapshots: plans, onJournalEnd: onJournalEnd))
    threads.committer = Handoff(try Thread(name: "committer") { committer.take().run() })
    let worker = Handoff(
      QueryWorker(
        engine: parts.services.engine, queue: parts.services.queries,
        backups: parts.services.backups, changes: parts.services.changes))
    threads.query = Handoff(try Thread(name: "query") { worker.take().run() })
    let passwords = Handoff(
      PasswordWorker(
        engine: parts.services.engine, services: parts.services.passwords,
        changes: parts.services.changes))
    threads.passwords = Handoff(try Thread(name: "passwords") { passwords.take().run() })
    let copier = try SnapshotCopier()
    threads.copier = Handoff(try Thread(name: "snapshot-copier") { copier.run() })
    let snapshotter = Handoff(
      Snapshotter(
        engine: parts.services.engine, copier: copier, plans: plans,
        commits: parts.services.commits, interval: configuration.snapshotInterval,
        patience: configuration.snapshotPatience,
        status: parts.services.status, logger: logger))
    threads.snapshot = Handoff(try Thread(name: "snapshot") { snapshotter.take().run() })
    threads.closePlans = { plans.close() }
    threads.closeCopier = { copier.close() }
    return Server(parts, address, configuration, threads)
  }

  private init(
    _ parts: ServerParts, _ address: SocketAddress, _ configuration: ServerConfiguration,
    _ threads: ServerThreads
  ) {
    self.address = address
    counters = parts.services.counters
    mailboxes = parts.mailboxes
    commits = parts.services.commits
    queries = parts.services.queries
    passwords = parts.services.passwords
    engine = parts.services.engine
    status = parts.services.status
    drainNanoseconds = configuration.drainTimeout.nanoseconds
    logger = parts.services.logger
    self.threads = Mutex(threads)
  }

  /// Shows another certificate to new connections, and knows other client certificates and proxy
  /// keys from now on.
  public func adopt(_ identity: ServerIdentity) {
    engine.setProxyKeys(identity.proxyKeys)
    for mailbox in mailboxes { mailbox.put(.identity(identity)) }
  }

  /// Stops in order: takes no more connections, answers every call that was received, makes the
  /// journal's end known, and returns. Blocks its thread; a second call returns at once.
  public func stop() {
    guard let threads = threads.withLock({ $0.take() }) else { return }
    status.isDraining = true
    let now = SystemClock.monotonicNanoseconds()
    let (end, isBeyond) = now.addingReportingOverflow(drainNanoseconds)
    let deadline = isBeyond ? .max : end
    for mailbox in mailboxes { mailbox.put(.drain(deadline: deadline)) }
    for reactor in threads.reactors { reactor.take().join() }
    passwords.queue.close()
    threads.passwords?.take().join()
    queries.close()
    threads.query?.take().join()
    threads.closePlans?()
    threads.snapshot?.take().join()
    threads.closeCopier?()
    threads.copier?.take().join()
    commits.close()
    threads.committer?.take().join()
  }
}

/// What the threads share, made before any of them.
private struct ServerParts {
  let services: Services
  let mailboxes: [ReactorMailbox]

  init(
    _ configuration: ServerConfiguration, _ engine: Engine, _ pageKey: PageKey, logger: Logger
  ) throws(SystemError) {
    let counters = Counters()
    let refusals = RefusalLog(logger)
    services = Services(
      engine: engine,
      commits: try WorkQueue(
        limit: Limits.commandQueue, byteLimit: Limits.commandQueueBytes),
      passwords: try PasswordServices(counters: counters, log: refusals), refusals: refusals,
      queries: try WorkQueue(
        limit: Limits.commandQueue, byteLimit: Limits.commandQueueBytes), pageKey: pageKey,
      backups: BackupTable(),
      status: ServerStatus(MachineTime()),
      counters: counters,
      timeouts: ConnectionTimeouts(
        handshake: configuration.handshakeTimeout.nanoseconds,
        idle: configuration.idleTimeout.nanoseconds,
        drain: configuration.drainTimeout.nanoseconds),
      connectionsPerReactor: configuration.connectionsPerReactor,
      heldBytesPerReactor: configuration.heldBytesPerReactor,
      confirmsChanges: configuration.confirmChanges,
      sortedMatches: configuration.sortedMatches, logger: logger)
    var mailboxes: [ReactorMailbox] = []
    for _ in 0..<max(1, configuration.reactors) { mailboxes.append(try ReactorMailbox()) }
    self.mailboxes = mailboxes
  }
}

/// The threads, for whoever stops the server to wait for.
private struct ServerThreads: Sendable {
  var reactors: [Handoff<Thread>] = []
  var committer: Handoff<Thread>?
  var query: Handoff<Thread>?
  var passwords: Handoff<Thread>?
  var snapshot: Handoff<Thread>?
  var copier: Handoff<Thread>?
  var closePlans: (@Sendable () -> Void)?
  var closeCopier: (@Sendable () -> Void)?
}
