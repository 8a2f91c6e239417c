import Testing
import TesseraBytes

@testable import TesseraTLS

@Suite struct TransferTests {
  private func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  }

  @Test(arguments: [1, 3, 1000, Int.max])
  func `messages arrive whole however their bytes do`(chunk: Int) throws {
    var pair = try Pair.established()
    for count in [1, 150, 16384, 16385, 40000] {
      let message = pattern(count)
      let written = pair.client.write(message)
      #expect(written == .done)
      while pair.carry(chunk) {
        let outcome = pair.server.read()
        #expect(outcome == .needsInput)
      }
      let received = pair.server.takePlaintext()
      #expect(received == message)
    }
  }

  @Test func `nothing to write makes no record`() throws {
    var pair = try Pair.established()
    let outcome = pair.client.write([])
    let count = pair.client.output.count
    #expect(outcome == .done && count == 0)
  }

  @Test func `many records that came together are read in one call`() throws {
    var pair = try Pair.established()
    for byte in 0..<100 { _ = pair.client.write([UInt8](repeating: UInt8(byte), count: 150)) }
    _ = pair.carry()
    #expect(pair.server.read() == .needsInput)
    let count = pair.server.plaintext.count
    #expect(count == 15000)
  }

  @Test func `a limit leaves the rest where the caller can count it`() throws {
    var pair = try Pair.established()
    let message = pattern(100_000)
    _ = pair.client.write(message)
    _ = pair.carry()
    let all = pair.server.input.count
    // 20,000 bytes end within the second record of seven.
    var outcome = pair.server.read(upTo: 20_000)
    #expect(outcome == .done)
    let (count, left) = (pair.server.plaintext.count, pair.server.input.count)
    let hasPending = pair.server.session.hasPending
    #expect(count == 20_000 && hasPending)
    #expect(left == all - 2 * (16384 + 22))
    while outcome == .done { outcome = pair.server.read(upTo: 777) }
    #expect(outcome == .needsInput)
    #expect(pair.server.takePlaintext() == message)
  }

  @Test func `a limit that is met exactly by the last record says that nothing is left`() throws {
    var pair = try Pair.established()
    _ = pair.client.write(pattern(16384))
    _ = pair.carry()
    #expect(pair.server.read(upTo: 16384) == .needsInput)
    _ = pair.client.write(pattern(10))
    _ = pair.carry()
    #expect(pair.server.read(upTo: 10) == .needsInput)
    _ = pair.client.write(pattern(11))
    _ = pair.carry()
    #expect(pair.server.read(upTo: 10) == .done)
    #expect(pair.server.read(upTo: 10) == .needsInput)
  }

  @Test func `a request that came with the end of the handshake is read after it`() throws {
    var pair = try Pair()
    _ = pair.client.handshake()
    _ = pair.carry()
    _ = pair.server.handshake()
    _ = pair.carry()
    #expect(pair.client.handshake() == .done)
    _ = pair.client.write([1, 2, 3])
    _ = pair.carry()
    #expect(pair.server.handshake() == .done)
    let left = pair.server.input.count
    #expect(left == 3 + 22)
    #expect(pair.server.read() == .needsInput)
    #expect(pair.server.takePlaintext() == [1, 2, 3])
  }

  @Test func `a changed key is followed, and answered where the peer asks for it`() throws {
    var pair = try Pair.established()
    for round in 0..<3 {
      pair.client.session.updateKeys()
      _ = pair.client.write([UInt8(round)])
      _ = pair.carry()
      #expect(pair.server.read() == .needsInput)
      #expect(pair.server.takePlaintext() == [UInt8(round)])
      // The server's own update rides before its next record.
      _ = pair.server.write([9])
      _ = pair.carry()
      #expect(pair.client.read() == .needsInput)
      #expect(pair.client.takePlaintext() == [9])
    }
  }

  @Test func `close_notify is a clean end, the lack of it a truncation`() throws {
    var pair = try Pair.established()
    _ = pair.client.write([1])
    pair.client.session.close(into: &pair.client.output)
    let early = pair.server.session.outcomeOfTransportEnd
    #expect(early.failure?.kind == .truncated)
    _ = pair.carry()
    #expect(pair.server.read() == .closed)
    #expect(pair.server.takePlaintext() == [1])
    #expect(pair.server.read() == .closed)
    let end = pair.server.session.outcomeOfTransportEnd
    #expect(end == .closed)
    // The other direction is still open.
    #expect(pair.server.write([2]) == .done)
    pair.server.session.close(into: &pair.server.output)
    _ = pair.carry()
    #expect(pair.client.read() == .closed)
    #expect(pair.client.takePlaintext() == [2])
  }

  @Test func `a changed byte anywhere in a record fails it, and the peer is told`() throws {
    for offset in [0, 3, 5, 20, 171] {
      var pair = try Pair.established()
      _ = pair.client.write(pattern(150))
      var bytes = pair.client.output.bytes.array
      pair.client.output.removeAll()
      bytes[offset] ^= 0x40
      pair.server.input.append(bytes)
      let outcome = pair.server.read()
      let count = pair.server.plaintext.count
      #expect(count == 0)
      // A changed length may ask for bytes that never come.
      if outcome == .needsInput { continue }
      let failure = try #require(outcome.failure)
      #expect(!failure.reason.isEmpty)
      // Dead for good.
      #expect(pair.server.read().failure != nil)
      #expect(pair.server.write([1]).failure != nil)
      if pair.carry() {
        let heard = pair.client.read()
        #expect(heard.failure?.kind == .protocolViolation, "an alert is no clean close")
      }
    }
  }

  @Test func `errors that others left in the queue do not change an outcome`() throws {
    var pair = try Pair.established()
    func spoil() { PEMSource.leaveAnError() }
    spoil()
    #expect(pair.server.read() == .needsInput)
    _ = pair.client.write([1])
    pair.client.session.close(into: &pair.client.output)
    _ = pair.carry()
    spoil()
    #expect(pair.server.read() == .closed)
    #expect(pair.server.takePlaintext() == [1])
  }

  @Test func `released buffers come back when they are needed`() throws {
    var pair = try Pair.established()
    for round in 0..<3 {
      pair.client.session.releaseBuffers()
      pair.server.session.releaseBuffers()
      _ = pair.client.write(pattern(1000 * round + 1))
      // Half a record is no time to release.
      _ = pair.carry(10)
      #expect(pair.server.read() == .needsInput)
      pair.server.session.releaseBuffers()
      _ = pair.carry()
      #expect(pair.server.read() == .needsInput)
      #expect(pair.server.takePlaintext() == pattern(1000 * round + 1))
    }
  }
}
