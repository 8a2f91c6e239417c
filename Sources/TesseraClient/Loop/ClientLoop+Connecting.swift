import TesseraSystem

// Making connections, and losing them.
extension ClientLoop {
  /// Begins the connections that are due.
  func connect(_ now: Instant) {
    guard maySignIn(now), now >= retryAt else { return }
    for index in slots.indices where slots[index] == nil {
      guard mayBeginAnother else { return }
      guard let address = addresses.next() else { return ask() }
      do throws(TesseraError) {
        slots[index] = try ClientConnection(to: address, settings, now: now, poller: &poller)
      } catch {
        return attemptFailed(error, now)
      }
    }
  }

  var hasOpen: Bool { slots.contains { $0?.conversation.isOpen ?? false } }

  /// While no connection stands, one at a time is tried, for all. Passwords are shown one at a time
  /// in any case.
  private var mayBeginAnother: Bool {
    if hasOpen, !settings.showsPassword { return true }
    return slots.allSatisfy { $0?.conversation.isOpen ?? true }
  }

  /// When `connect` has something to do; nil where an event comes before.
  var nextConnect: Instant? {
    guard !addresses.isAsking, slots.contains(where: { $0 == nil }) else { return nil }
    return mayBeginAnother && mayTryWithoutCall ? retryAt : nil
  }

  /// Asks the resolver, on a thread of its own since that may take seconds.
  private func ask() {
    guard !addresses.isAsking else { return }
    addresses.isAsking = true
    let (endpoint, mailbox) = (settings.endpoint, mailbox)
    do {
      _ = try Thread(name: "tessera-resolve") {
        do throws(ResolutionError) {
          mailbox.post(.success(try endpoint.resolve()))
        } catch {
          mailbox.post(.failure(.unreachable(error.description)))
        }
      }
    } catch {
      mailbox.post(.failure(.unreachable(error.description)))
    }
  }

  func take(_ result: Result<[SocketAddress], TesseraError>) {
    addresses.isAsking = false
    switch result {
    case .success(let found): addresses.replace(found)
    case .failure(let error): attemptFailed(error, Instant.now)
    }
  }

  func connected(_ connection: ClientConnection, _ now: Instant) {
    backoff.reset()
    retryAt = now
    outage = nil
    signInHold = nil
  }

  /// A connection is over. Its calls go elsewhere or fail.
  func lose(_ connection: ClientConnection, _ error: TesseraError, _ now: Instant) {
    connection.close(&poller)
    let (wasOpen, wasSigningIn) =
      (connection.conversation.isOpen, connection.conversation.isSigningIn)
    let reason = connection.farewell.map { TesseraError.unreachable($0) } ?? error
    for call in connection.conversation.calls.takeAll() {
      carryOut(settings.retry.afterLoss(of: call, reason, now: now, using: &random), call, now)
    }
    retiring.removeAll { $0 === connection }
    guard let index = slots.firstIndex(where: { $0 === connection }) else { return }
    slots[index] = nil
    if wasOpen {
      replaceSoon(now)
    } else if wasSigningIn {
      signInFailed(error, now)
    } else {
      attemptFailed(error, now)
    }
  }

  /// The slot gets a new connection soon; the old one carries its calls to the end.
  func retire(_ connection: ClientConnection, _ now: Instant) {
    guard let index = slots.firstIndex(where: { $0 === connection }) else { return }
    slots[index] = nil
    retiring.append(connection)
    replaceSoon(now)
  }

  /// A connection that stood is no failure, but many clients may have lost theirs together.
  private func replaceSoon(_ now: Instant) {
    retryAt =
      now
      + Backoff.wait(after: 1, first: backoff.first, longest: backoff.longest, using: &random)
  }

  /// Counts against the calls that wait, where no connection may take them. An attempt has failed
  /// when every address was tried.
  private func attemptFailed(_ error: TesseraError, _ now: Instant) {
    if !error.isLasting, addresses.hasMore {
      retryAt = now
      return
    }
    retryAt = now + backoff.next(using: &random)
    guard !hasOpen else { return }
    if error.isLasting || backoff.failures >= settings.retry.attempts {
      // With an outage no call would wait, and a hold waits for one.
      if signInHold == nil { outage = error }
      for call in queue.takeAll() { fail(call, error) }
    } else {
      for call in queue.countFailure(attempts: settings.retry.attempts) { fail(call, error) }
    }
  }
}

/// The addresses of the authority's name, tried in turn; after the last, the name is looked up
/// anew.
struct AddressBook {
  private var addresses: [SocketAddress] = []
  private var used = 0
  /// Whether the resolver is at it.
  var isAsking = false

  /// Whether some were not tried since the name was looked up.
  var hasMore: Bool { used < addresses.count }

  mutating func replace(_ found: [SocketAddress]) {
    addresses = found
    used = 0
  }

  /// The address to try next; nil where the resolver is to be asked.
  mutating func next() -> SocketAddress? {
    guard hasMore else { return nil }
    defer { used += 1 }
    return addresses[used]
  }
}
