import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

extension Connection {
  /// The socket has something: takes it through TLS to frames, answers them, and sends the answers
  /// in one write.
  mutating func readable(
    _ core: inout ReactorCore, _ scratch: inout Scratch
  ) -> ConnectionFate {
    // Where the peer does not read, an event says only that it is gone.
    if isBackedUp { return probe() }
    let ended = receive(&scratch)
    switch ended {
    case .wouldBlock: return .open
    case .closed where scratch.ciphertext.isEmpty, .failed: return peerEnded(core)
    case .closed, .count: break
    }
    lastHeard = core.now
    if phase == .handshaking {
      guard shakeHands(&core, &scratch) == .open else { return .over }
      if phase == .handshaking { return send(&scratch) }
    }
    var fate = decrypt(&core, &scratch)
    if fate == .open { fate = flush(&core, &scratch) }
    scratch.trim()
    return fate
  }

  /// Receives into the reactor's memory. TLS takes all of it, so that nothing is there before.
  private func receive(_ scratch: inout Scratch) -> Transfer {
    scratch.ciphertext.removeAll()
    return socket.receive(into: &scratch.ciphertext, upTo: Scratch.receiveBytes)
  }

  /// Finds out whether a peer that is not read from is still there.
  private func probe() -> ConnectionFate {
    socket.takeError() == nil ? .open : .over
  }

  private func peerEnded(_ core: borrowing ReactorCore) -> ConnectionFate {
    if phase == .handshaking { core.services.counters.count(.handshakesFailed) }
    return .over
  }

  private mutating func shakeHands(
    _ core: inout ReactorCore, _ scratch: inout Scratch
  ) -> ConnectionFate {
    switch session.handshake(from: &scratch.ciphertext, into: &scratch.sealed) {
    case .needsInput: return .open
    case .done:
      enter(core.isDraining ? .goingAway : .open)
      certificate = session.peerCertificate
      if let certificate {
        certificateEnd = Timestamp(microseconds: (certificate.lastSecond + 1) * 1_000_000)
      }
      lookUpCertificate(core, core.wallTime)
      if core.isDraining { scratch.replies.appendGoaway(.unavailable, reason: Connection.stopping) }
      return .open
    case .closed, .failed:
      core.services.counters.count(.handshakesFailed)
      // An alert may say why; the peer is not waited for.
      _ = send(&scratch)
      return .over
    }
  }

  /// Everything that was received becomes plaintext, and every whole frame of it is taken.
  private mutating func decrypt(
    _ core: inout ReactorCore, _ scratch: inout Scratch
  ) -> ConnectionFate {
    // What began a frame earlier comes first; mostly there is nothing, and the reactor's memory
    // will do. The buffers are swapped, so that the frames in one can be read while the other's are
    // sent.
    let continues = !inbound.isEmpty
    if continues { swap(&inbound, &scratch.plaintext) }
    let outcome = session.read(
      from: &scratch.ciphertext, into: &scratch.plaintext, upTo: .max, answering: &scratch.sealed)
    takeFrames(&core, &scratch)
    if continues {
      swap(&inbound, &scratch.plaintext)
      if inbound.isEmpty { inbound.removeAll(keepingAtMost: 0) }
    } else if !scratch.plaintext.isEmpty {
      inbound.append(scratch.plaintext.bytes)
      scratch.plaintext.removeAll()
    }
    switch outcome {
    case .done, .needsInput: return .open
    case .closed:
      // Answers to what came before are still sent, and those in flight are of no use to anyone.
      _ = flush(&core, &scratch)
      return .over
    case .failed:
      // Nothing can be encrypted any more. An alert may say why.
      _ = send(&scratch)
      return .over
    }
  }

  /// Takes up the frames that waited for the peer to read.
  mutating func resume(_ core: inout ReactorCore, _ scratch: inout Scratch) -> ConnectionFate {
    guard !inbound.isEmpty, phase != .finishing else { return .open }
    swap(&inbound, &scratch.plaintext)
    takeFrames(&core, &scratch)
    swap(&inbound, &scratch.plaintext)
    if inbound.isEmpty { inbound.removeAll(keepingAtMost: 0) }
    return flush(&core, &scratch)
  }
}
