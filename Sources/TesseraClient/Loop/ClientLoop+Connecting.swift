import TesseraSystem

// Making connections, and losing them.
extension ClientLoop {
  /// Begins a connection in every empty slot whose wait is over.
  func connect(_ now: Instant) {
    for index in slots.indices where slots[index].connection == nil && slots[index].retryAt <= now {
      guard let address = addresses.next() else { return ask() }
      do throws(TesseraError) {
        slots[index].connection = try ClientConnection(
          to: address, settings, now: now, poller: &poller)
      } catch {
        wait(index, now)
        connectionFailed(error)
      }
    }
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
    case .failure(let error):
      let now = Instant.now
      for index in slots.indices where slots[index].connection == nil { wait(index, now) }
      connectionFailed(error)
    }
  }

  func connected(_ connection: ClientConnection) {
    guard let index = slots.firstIndex(where: { $0.connection === connection }) else { return }
    slots[index].backoff.reset()
    failuresInARow = 0
    outage = nil
  }

  /// A connection is over. Its calls go elsewhere or fail.
  func lose(_ connection: ClientConnection, _ error: TesseraError, _ now: Instant) {
    connection.close(&poller)
    let wasOpen = connection.conversation.isOpen
    let reason = connection.farewell.map { TesseraError.unreachable($0) } ?? error
    for call in connection.conversation.calls.takeAll() {
      carryOut(settings.retry.afterLoss(of: call, reason, now: now, using: &random), call, now)
    }
    retiring.removeAll { $0 === connection }
    guard let index = slots.firstIndex(where: { $0.connection === connection }) else { return }
    slots[index].connection = nil
    wait(index, now)
    if !wasOpen { connectionFailed(error) }
  }

  /// The slot gets a new connection soon; the old one carries its calls to the end.
  func retire(_ connection: ClientConnection) {
    guard let index = slots.firstIndex(where: { $0.connection === connection }) else { return }
    slots[index].connection = nil
    wait(index, Instant.now)
    retiring.append(connection)
  }

  private func wait(_ index: Int, _ now: Instant) {
    slots[index].retryAt = now + slots[index].backoff.next(using: &random)
  }

  /// Counts against the calls that wait, where no other connection may take them.
  private func connectionFailed(_ error: TesseraError) {
    guard !slots.contains(where: { $0.connection != nil }) else { return }
    failuresInARow += 1
    if error.isLasting || failuresInARow >= settings.retry.attempts {
      outage = error
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

  mutating func replace(_ found: [SocketAddress]) {
    addresses = found
    used = 0
  }

  /// The address to try next; nil where the resolver is to be asked.
  mutating func next() -> SocketAddress? {
    guard used < addresses.count else { return nil }
    defer { used += 1 }
    return addresses[used]
  }
}
