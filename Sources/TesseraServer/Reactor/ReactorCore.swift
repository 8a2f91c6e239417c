import Logging
import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// What every connection of a reactor shares: the way to the engine and to the other threads.
struct ReactorCore: ~Copyable {
  let reader: EngineReader
  let services: Services
  let mailbox: ReactorMailbox
  var identity: ServerIdentity
  /// The mapped certificates, compiled; made anew with each identity.
  var certificates: CertificateCallers
  /// Counts identities, so that a connection notices that its certificate must be looked up again.
  var identityGeneration = 0
  let frames = FrameReader(side: .server)
  /// For connections whose caller is not known.
  let strangersFrames = FrameReader(side: .server, lengthLimit: Limits.strangersFrameLength)
  /// Validations of the event in progress that are not decided yet; empty between events.
  var staged: StagedCalls
  /// Of the event in progress, counted once its answers are sent; empty between events.
  var uses = PendingUses()
  /// Set once a stop began: when connections that are still open are cut, in monotonic nanoseconds.
  var drainDeadline: Int64?
  /// When the poller last returned, on the monotonic clock in nanoseconds.
  var now = SystemClock.monotonicNanoseconds()
  var deadlines = CallDeadlines()
  /// What the connections hold together.
  var heldBytes = 0

  init(services: Services, mailbox: ReactorMailbox, identity: ServerIdentity) {
    reader = services.engine.makeReader()
    self.services = services
    self.mailbox = mailbox
    self.identity = identity
    certificates = CertificateCallers(identity.certificates, in: services.engine)
    staged = StagedCalls(reader)
  }

  var isDraining: Bool { drainDeadline != nil }

  mutating func adopt(_ identity: ServerIdentity) {
    self.identity = identity
    certificates = CertificateCallers(identity.certificates, in: services.engine)
    identityGeneration += 1
  }

  /// What the clock says, and never less than the highest time that was seen: what has expired does
  /// not come back when somebody sets the clock.
  var wallTime: Timestamp {
    max(Timestamp(microseconds: SystemClock.wallMicroseconds()), reader.lastMoment)
  }
}

/// Memory for what passes through within one event, shared by the reactor's connections: an idle
/// connection holds none of it.
struct Scratch: ~Copyable {
  /// What one call to the kernel receives at most.
  static let receiveBytes = 64 << 10
  /// Kept after an event that needed more.
  static let keptBytes = 256 << 10

  var ciphertext = ByteBuffer(capacity: receiveBytes)
  var plaintext = ByteBuffer(capacity: receiveBytes)
  var replies = ByteBuffer(capacity: receiveBytes)
  var sealed = ByteBuffer(capacity: receiveBytes)

  /// Forgets what was to be sent on a connection that is over.
  mutating func discardAnswers() {
    replies.removeAll()
    sealed.removeAll()
  }

  /// Gives back what a large event took.
  mutating func trim() {
    if plaintext.capacity > Scratch.keptBytes { plaintext.removeAll(keepingAtMost: 0) }
    if replies.capacity > Scratch.keptBytes { replies.removeAll(keepingAtMost: 0) }
    if sealed.capacity > Scratch.keptBytes { sealed.removeAll(keepingAtMost: 0) }
  }
}

/// The rest of the server, as a reactor sees it.
struct Services: Sendable {
  let engine: Engine
  let commits: WorkQueue<CommitWork>
  let passwords: PasswordServices
  let refusals: RefusalLog
  let queries: WorkQueue<QueryRequest>
  let pageKey: PageKey
  let backups: BackupTable
  let status: ServerStatus
  let counters: Counters
  let timeouts: ConnectionTimeouts
  let connectionsPerReactor: Int
  let heldBytesPerReactor: Int
  /// Whether users' changes need their password again.
  let confirmsChanges: Bool
  /// How many tokens a list sorts.
  let sortedMatches: Int
  let logger: Logger

  var changes: ChangeRoute { ChangeRoute(commits: commits, queries: queries) }
}

/// In nanoseconds of the monotonic clock.
struct ConnectionTimeouts: Sendable {
  let handshake: Int64
  let idle: Int64
  let drain: Int64
}
