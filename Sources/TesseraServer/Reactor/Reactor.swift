import TesseraModel
import TesseraSystem

/// One thread with its own epoll, its own listening socket and its own connections, which no other
/// thread can reach. It never waits but in `poller.wait`.
struct Reactor: ~Copyable {
  private var poller: Poller
  private var listener: ListeningSocket?
  private let listening: Poller.Registration
  private let mail: Poller.Registration
  private var connections = ConnectionTable()
  private var core: ReactorCore
  private var scratch = Scratch()
  private var nextSweep: Int64
  /// There were no descriptors left: connections wait until the next sweep.
  private var acceptsLater = false

  /// How often timeouts are looked at; more often once a stop waits for connections to end.
  private static let sweepInterval: Int64 = 1_000_000_000
  private static let drainSweepInterval: Int64 = 20_000_000

  /// A reactor that will serve what `listener` accepts.
  static func listening(
    on listener: consuming ListeningSocket, services: Services, mailbox: ReactorMailbox,
    identity: ServerIdentity
  ) throws(SystemError) -> Reactor {
    var poller = try Poller()
    let listening = try poller.add(listener.descriptor, for: .read)
    let mail = try poller.add(mailbox.arrived.descriptor, for: .read)
    return Reactor(
      poller, listener, listening, mail,
      ReactorCore(services: services, mailbox: mailbox, identity: identity))
  }

  private init(
    _ poller: consuming Poller, _ listener: consuming ListeningSocket,
    _ listening: Poller.Registration, _ mail: Poller.Registration, _ core: consuming ReactorCore
  ) {
    self.poller = poller
    self.listener = .some(listener)
    self.listening = listening
    self.mail = mail
    self.core = core
    nextSweep = SystemClock.monotonicNanoseconds() + Reactor.sweepInterval
  }

  /// Serves until a stop was asked for and the last connection has ended.
  consuming func run() {
    while !(core.isDraining && connections.count == 0) {
      do {
        try poller.wait(timeoutMilliseconds: timeoutMilliseconds())
      } catch {
        preconditionFailure("epoll_wait on a descriptor of our own: \(error)")
      }
      core.now = SystemClock.monotonicNanoseconds()
      core.reader.enter()
      while let event = poller.nextEvent() {
        if event.registration == mail {
          takeMail()
        } else if event.registration == listening {
          accept()
        } else {
          serve(event)
        }
        core.reader.recordUses(&core.uses)
      }
      core.reader.leave()
      endOverdueCalls()
      sweep()
    }
  }

  private mutating func serve(_ event: Poller.Event) {
    let fate = connections.with(event.registration) { connection in
      var fate = ConnectionFate.open
      if event.isWritable { fate = connection.writable(&core, &scratch) }
      if fate == .open, event.isReadable { fate = connection.readable(&core, &scratch) }
      return fate
    }
    settle(event.registration, fate)
  }

  /// Closes a connection that is over, or tells the poller what it waits for now.
  private mutating func settle(_ registration: Poller.Registration, _ fate: ConnectionFate?) {
    switch fate {
    case nil: return
    case .over:
      _ = connections.with(registration) { connection in
        connection.calls.giveUpAll()
        core.heldBytes -= connection.countedBytes
      }
      core.deadlines.forget(registration)
      poller.remove(registration)
      connections.remove(registration)
      // Answers that could not be sent must not go out on the next connection.
      scratch.discardAnswers()
      core.services.counters.count(.connectionsClosed)
    case .open:
      let changed = connections.with(registration) { connection in
        core.heldBytes += connection.heldBytes - connection.countedBytes
        connection.countedBytes = connection.heldBytes
        return connection.takeChangedInterest()
      }
      if case .some(.some(let interest)) = changed {
        do {
          try poller.change(registration, to: interest)
        } catch {
          settle(registration, .over)
        }
      }
      shed()
    }
  }

  /// Closes the connections that hold most while all hold too much, strangers' before those of known
  /// callers.
  private mutating func shed() {
    while core.heldBytes > core.services.heldBytesPerReactor {
      var largest: (registration: Poller.Registration, isStranger: Bool, bytes: Int)?
      for registration in connections.registrations {
        let found = connections.with(registration) { ($0.caller == nil, $0.countedBytes) }
        guard let (isStranger, bytes) = found, bytes > 0 else { continue }
        if let largest, (largest.isStranger ? 1 : 0, largest.bytes) >= (isStranger ? 1 : 0, bytes) {
          continue
        }
        largest = (registration, isStranger, bytes)
      }
      guard let largest else { return }
      core.services.counters.count(.connectionsShed)
      settle(largest.registration, .over)
    }
  }

  private mutating func accept() {
    // A bound, so that a flood of connections does not keep those that are open waiting.
    for _ in 0..<64 {
      guard let socket = nextSocket() else { return }
      guard connections.count < core.services.connectionsPerReactor else {
        core.services.counters.count(.connectionsRefused)
        continue
      }
      core.services.counters.count(.connectionsAccepted)
      do {
        let registration = try poller.add(socket.descriptor, for: .read)
        connections.insert(
          Connection(
            socket, registration, tls: core.identity.tls, generation: core.identityGeneration))
      } catch {
        core.services.counters.count(.connectionsRefused)
        core.services.logger.warning("a connection was refused: \(error)")
      }
    }
  }

  private mutating func nextSocket() -> Socket? {
    do {
      switch try accepted() {
      case .connection(let socket): return socket
      case .none: return nil
      case .exhausted(let errno):
        core.services.logger.warning(
          "no more connections: \(SystemError("accept4", errno: errno)); raise the limit of files")
        acceptLater()
        return nil
      }
    } catch {
      core.services.logger.warning("a connection was refused: \(error)")
      return nil
    }
  }

  /// There is no descriptor left to accept with. The socket stays readable, so it is taken out of
  /// the poller, which would wake the reactor for it all the time.
  private mutating func acceptLater() {
    do {
      try poller.change(listening, to: [])
      acceptsLater = true
    } catch {
      core.services.logger.warning("connections that wait cannot be left waiting: \(error)")
    }
  }

  private mutating func acceptAgain() {
    guard acceptsLater, listener != nil else { return }
    do {
      try poller.change(listening, to: .read)
      acceptsLater = false
    } catch {
      core.services.logger.warning("no connections are taken for a second: \(error)")
    }
  }

  private func accepted() throws(SystemError) -> ListeningSocket.Acceptance {
    guard let acceptance = try listener?.accept() else { return .none }
    return acceptance
  }

  private mutating func takeMail() {
    var answered: [Poller.Registration: [Completion]] = [:]
    for message in core.mailbox.takeAll() {
      switch message {
      case .completion(let completion):
        answered[completion.connection, default: []].append(completion)
      case .confirmed(let registration, let key):
        _ = connections.with(registration) { $0.confirmations.note(key, now: core.now) }
      case .identity(let identity): core.adopt(identity)
      case .drain(let deadline): drain(deadline)
      }
    }
    for (registration, completions) in answered {
      let fate = connections.with(registration) { $0.complete(completions, &core, &scratch) }
      settle(registration, fate)
    }
  }

  private mutating func drain(_ deadline: Int64) {
    core.drainDeadline = deadline
    nextSweep = SystemClock.monotonicNanoseconds() + Reactor.drainSweepInterval
    poller.remove(listening)
    listener = nil
    for registration in connections.registrations {
      let fate = connections.with(registration) { $0.drain(&core, &scratch) }
      settle(registration, fate)
    }
  }

  private mutating func endOverdueCalls() {
    let now = core.now
    for registration in core.deadlines.takeDue(now) {
      let fate = connections.with(registration) { $0.endOverdueCalls(now, &core, &scratch) }
      settle(registration, fate)
    }
  }

  /// Ends what took too long.
  private mutating func sweep() {
    let now = core.now
    guard now >= nextSweep else { return }
    nextSweep = now + (core.isDraining ? Reactor.drainSweepInterval : Reactor.sweepInterval)
    acceptAgain()
    core.services.refusals.report(now)
    core.reader.enter()
    for registration in connections.registrations {
      let fate = connections.with(registration) { $0.sweep(now, &core, &scratch) }
      settle(registration, fate)
    }
    core.reader.leave()
  }

  private func timeoutMilliseconds() -> Int32 {
    let now = core.now
    let due = min(nextSweep, core.deadlines.next ?? .max)
    return Int32(clamping: max(0, (due - now + 999_999) / 1_000_000))
  }
}
