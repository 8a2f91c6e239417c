import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// Whether a connection goes on.
enum ConnectionFate {
  case open
  /// It is to be closed now; everything that could be sent was.
  case over
}

/// One client's connection, owned by one reactor.
///
/// Bytes go one way: `receive` (socket) → `decrypt` (TLS) → `takeFrames` (frames) → `dispatch`
/// (message, rights, engine) → `flush` (TLS, socket). Answers from other threads come in by
/// `complete`.
struct Connection: ~Copyable {
  enum Phase {
    case handshaking
    case open
    /// A goaway was sent: no new call is carried out, those in flight are answered.
    case goingAway
    /// All was said and close_notify sent; waiting for the peer to end, so that it can read it all.
    case finishing
  }

  let socket: Socket
  let registration: Poller.Registration
  var session: TLSSession
  private(set) var phase = Phase.handshaking
  /// close_notify was written: nothing may be encrypted any more.
  var hasSaidGoodbye = false

  /// Received and not yet worked on: the start of a frame, or frames that wait until the peer
  /// reads.
  var inbound = ByteBuffer()
  /// Ciphertext that the socket has not taken yet.
  var unsent = ByteBuffer()

  private(set) var caller: TesseraEngine.Caller?
  /// Users who gave their password here, by the caller they did it through.
  var confirmations = Confirmations()
  /// Of users who tried to sign in.
  var wrongPasswords = 0
  /// Values that were shown and let nobody in.
  var wrongTokens = 0
  /// The certificate the peer showed, and with which identity's mapping it was looked up.
  var certificate: PeerCertificate?
  var certificateGeneration: Int
  /// When it has to be looked up again, since it has ended.
  var certificateEnd = Timestamp.latest
  var calls = CallsInFlight()

  /// When it was accepted, and when something last arrived, on the monotonic clock in nanoseconds.
  let acceptedAt: Int64
  /// Since when nobody is its caller, where nobody is.
  private(set) var strangerSince: Int64
  var lastHeard: Int64
  /// When it was told, or said, that it ends; nil before.
  var endingSince: Int64?
  private var interest = Poller.Interest.read
  private var wanted = Poller.Interest.read

  init(
    _ socket: consuming Socket, _ registration: Poller.Registration, tls: TLSContext,
    generation: Int
  ) {
    self.socket = socket
    self.registration = registration
    session = TLSSession(server: tls)
    certificateGeneration = generation
    acceptedAt = SystemClock.monotonicNanoseconds()
    lastHeard = acceptedAt
    strangerSince = acceptedAt
  }

  /// Goes on to a later phase; there is no way back.
  mutating func enter(_ next: Phase) {
    phase = next
    guard endingSince == nil, next == .goingAway || next == .finishing else { return }
    endingSince = SystemClock.monotonicNanoseconds()
  }

  /// Somebody authenticated, or the certificate's holder changed: what was confirmed before was
  /// another's.
  mutating func adopt(_ caller: TesseraEngine.Caller?) {
    if self.caller != nil, caller == nil { strangerSince = SystemClock.monotonicNanoseconds() }
    self.caller = caller
    confirmations.removeAll()
  }

  /// Whether so much waits for the peer to read it that nothing more is taken from it.
  var isBackedUp: Bool {
    unsent.count > (caller == nil ? Limits.strangersUnsentBytes : Limits.unsentBytes)
  }

  /// Memory that the peer makes it hold.
  var heldBytes: Int { inbound.capacity + unsent.capacity }
  /// The same as the reactor counted it last.
  var countedBytes = 0

  mutating func updateInterest() {
    wanted = isBackedUp ? [] : .read
    if !unsent.isEmpty { wanted.insert(.write) }
  }

  /// What the poller is to wait for, where that has changed.
  mutating func takeChangedInterest() -> Poller.Interest? {
    guard wanted != interest else { return nil }
    interest = wanted
    return wanted
  }
}
