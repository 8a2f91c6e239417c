import Glibc
import Testing

import TesseraBytes
import TesseraSystem

/// A listener on a free port of the loopback, and what tests need from it.
func listener() throws -> ListeningSocket {
  try ListeningSocket(exclusively: SocketAddress(host: .v4(0x7f00_0001), port: 0))
}

/// Waits until the descriptor is ready.
func wait(for descriptor: borrowing Descriptor, _ interest: Poller.Interest) throws {
  var poller = try Poller()
  _ = try poller.add(descriptor, for: interest)
  try poller.wait(timeoutMilliseconds: -1)
}

extension ListeningSocket {
  borrowing func acceptOne() throws -> Socket {
    try wait(for: descriptor, .read)
    guard case .connection(let socket) = try accept() else { throw Unexpected() }
    return socket
  }
}

struct Unexpected: Error {}

@Suite struct SocketTests {
  @Test func `bytes travel both ways and the end is seen`() throws {
    let listener = try listener()
    let client = try Socket.connecting(to: listener.address)
    let server = try listener.acceptOne()
    try wait(for: client.descriptor, .write)
    #expect(client.takeError() == nil)
    #expect(client.peerAddress == listener.address)
    #expect(server.peerAddress?.isLoopback == true)

    var received = ByteBuffer()
    #expect(server.receive(into: &received, upTo: 10) == .wouldBlock)
    var sent = ByteBuffer()
    sent.append(utf8: "hello")
    #expect(client.send(from: &sent) == .count(5))
    let left = sent.count
    #expect(left == 0)
    try wait(for: server.descriptor, .read)
    #expect(server.receive(into: &received, upTo: 3) == .count(3))
    #expect(server.receive(into: &received, upTo: 10) == .count(2))
    let text = String(decoding: received.bytes.array, as: UTF8.self)
    #expect(text == "hello")

    client.finishSending()
    try wait(for: server.descriptor, .read)
    #expect(server.receive(into: &received, upTo: 10) == .closed)
  }

  @Test func `a full peer is wouldBlock and a gone peer is closed, without a signal`() throws {
    let listener = try listener()
    let client = try Socket.connecting(to: listener.address)
    let server = try listener.acceptOne()
    try wait(for: client.descriptor, .write)
    var sent = ByteBuffer()
    var outcome = Transfer.count(0)
    while case .count = outcome {
      sent.append([UInt8](repeating: 7, count: 1 << 16))
      outcome = client.send(from: &sent)
    }
    #expect(outcome == .wouldBlock)
    // Closing with unread bytes resets the connection.
    _ = consume server
    try wait(for: client.descriptor, .write)
    outcome = client.send(from: &sent)
    #expect(outcome == .closed)
  }

  @Test func `a refused connection is an error after the wait`() throws {
    let address: SocketAddress
    do {
      let listener = try listener()
      address = listener.address
    }
    let client = try Socket.connecting(to: address)
    try wait(for: client.descriptor, .write)
    #expect(client.takeError() == ECONNREFUSED)
  }

  @Test func `a port that somebody listens on is refused, however many siblings share it`() throws {
    let first = try listener()
    let second = try first.sibling()
    #expect(first.address == second.address)
    let error = #expect(throws: SystemError.self) {
      _ = try ListeningSocket(exclusively: first.address)
    }
    #expect(error?.errno == EADDRINUSE)
    #expect(error?.subject == first.address.description)
  }

  @Test func `siblings share the connections of one port`() throws {
    let first = try listener()
    let second = try first.sibling()
    var counts = (first: 0, second: 0)
    // Each lands on either by the hash of its ports: that all of 64 land on one is as likely as
    // 63 heads in a row.
    for _ in 0..<64 {
      let client = try Socket.connecting(to: first.address)
      try wait(for: client.descriptor, .write)
      let error = client.takeError()
      #expect(error == nil)
    }
    while case .connection = try first.accept() { counts.first += 1 }
    while case .connection = try second.accept() { counts.second += 1 }
    #expect(counts.first + counts.second == 64)
    #expect(counts.first > 0 && counts.second > 0)
  }

  @Test func `a port is free again when its listeners are closed`() throws {
    let address: SocketAddress
    do {
      let listener = try listener()
      address = listener.address
      let client = try Socket.connecting(to: address)
      let server = try listener.acceptOne()
      // The server's end closes first and stays in TIME_WAIT.
      _ = consume server
      _ = consume client
    }
    let again = try ListeningSocket(exclusively: address)
    #expect(again.address == address)
  }
}
