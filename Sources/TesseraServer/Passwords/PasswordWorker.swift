import Synchronization
import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// What the threads that see passwords share.
final class PasswordServices: Sendable {
  let queue: WorkQueue<PasswordRequest>
  private let attempts = Mutex(PasswordAttempts())
  private let counters: Counters
  private let log: RefusalLog

  init(counters: Counters, log: RefusalLog) throws(SystemError) {
    queue = try WorkQueue(
      limit: Limits.commandQueue, byteLimit: Limits.commandQueueBytes)
    self.counters = counters
    self.log = log
  }

  /// Refuses an attempt that comes too soon after wrong ones. Asked before a password is queued, so
  /// that it takes up no place, and again before it is checked, when those that came before it are
  /// known.
  func requireAttempt(_ check: PasswordCheck) throws(Refusal) {
    let now = SystemClock.monotonicNanoseconds()
    guard let wait = attempts.withLock({ $0.wait(check, now: now) }) else { return }
    counters.count(.passwordsSlowed)
    throw .passwordTooSoon(wait, field: check.field)
  }

  /// - Parameter isUsers: whether there is a user of the name that was given.
  func note(_ check: PasswordCheck, isRight: Bool, isUsers: Bool) {
    if !isRight {
      counters.count(.passwordsWrong)
      log.notePassword(of: isUsers ? check.user : nil)
    }
    let now = SystemClock.monotonicNanoseconds()
    attempts.withLock { $0.note(check, isRight: isRight, now: now) }
  }
}

/// The thread that runs scrypt: makes hashes and checks passwords, one at a time. What was a change
/// goes on to the committer.
struct PasswordWorker: ~Copyable {
  private let engine: Engine
  private let services: PasswordServices
  private let changes: ChangeRoute
  private var turns = PasswordTurns()

  init(engine: Engine, services: PasswordServices, changes: ChangeRoute) {
    self.engine = engine
    self.services = services
    self.changes = changes
  }

  /// Works until the queue is closed and everything is answered.
  consuming func run() {
    while true {
      // With passwords to check, what is new is fetched without waiting for it.
      let timeout: Int32 = turns.isEmpty ? -1 : 0
      guard let requests = services.queue.takeAll(timeoutMilliseconds: timeout) else { break }
      for request in requests {
        guard let (dropped, refusal) = turns.add(request) else { continue }
        dropped.reply.send(.refused(refusal))
      }
      if let request = turns.next() { carryOut(request) }
    }
    while let request = turns.next() { carryOut(request) }
  }

  private func carryOut(_ request: PasswordRequest) {
    do throws(Refusal) {
      guard request.reply.isAwaited else { throw .notAwaited }
      if let deadline = request.deadline, SystemClock.monotonicNanoseconds() >= deadline {
        throw .deadlinePassed
      }
      let caller = try request.check.map { check throws(Refusal) in try self.check(check) }
      switch request.purpose {
      case .signIn:
        guard let caller else { preconditionFailure("a sign-in shows a password") }
        request.reply.send(.signedIn(caller))
      case .change(var change, let newPassword):
        if let key = request.check?.confirmation { request.reply.confirm(key) }
        if let newPassword { change.command.set(try .make(of: newPassword)) }
        try hand(change)
      }
    } catch {
      request.reply.send(.refused(error))
    }
  }

  /// Who the password's user is as a caller. One who does not exist, or may not sign in, costs the
  /// same time and gets the same answer as a wrong password.
  private func check(_ check: PasswordCheck) throws(Refusal) -> TesseraEngine.Caller {
    try services.requireAttempt(check)
    let account = engine.signIn(check.user)
    let isRight = try (account?.password ?? .nobodys).matches(check.password)
    guard isRight, let account else {
      services.note(check, isRight: false, isUsers: engine.user(check.user) != nil)
      throw .wrongPassword(check)
    }
    services.note(check, isRight: true, isUsers: true)
    return .user(account.session)
  }

  private func hand(_ change: CommitRequest) throws(Refusal) {
    switch changes.put(change) {
    case .taken: return
    case .full: throw .queueFull
    case .closed: throw Refusal(.unavailable, Connection.stopping)
    }
  }
}

extension Command {
  /// Puts the hash in, of the password that came with the command.
  fileprivate mutating func set(_ hash: PasswordHash) {
    switch self {
    case .createUser(var user):
      user.password = hash
      self = .createUser(user)
    case .setPassword(let id, _): self = .setPassword(id, hash)
    default: preconditionFailure("no password comes with this command")
    }
  }
}

extension Refusal {
  static func wrongPassword(_ check: PasswordCheck) -> Refusal {
    // The same words whatever was wrong about a sign-in. Who confirms is known already.
    Refusal(
      .unauthenticated,
      check.confirmation == nil ? "name or password is wrong" : "the password is wrong",
      field: check.field)
  }
}
