import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

extension Connection {
  /// Encrypts the answers that have gathered; false where the session is broken.
  mutating func seal(_ scratch: inout Scratch) -> Bool {
    guard !scratch.replies.isEmpty else { return true }
    let isSealed = encrypt(scratch.replies, into: &scratch.sealed)
    scratch.replies.removeAll()
    return isSealed && send(&scratch) == .open
  }

  private mutating func encrypt(
    _ plaintext: borrowing ByteBuffer, into sealed: inout ByteBuffer
  ) -> Bool {
    session.write(plaintext.bytes, into: &sealed) == .done
  }

  /// Encrypts and sends what there is, and ends the connection where it has said its last.
  mutating func flush(_ core: inout ReactorCore, _ scratch: inout Scratch) -> ConnectionFate {
    guard seal(&scratch) else { return .over }
    if phase == .finishing, calls.isEmpty, !hasSaidGoodbye {
      session.close(into: &scratch.sealed)
      hasSaidGoodbye = true
    }
    let fate = send(&scratch)
    if fate == .open, hasSaidGoodbye, unsent.isEmpty { socket.finishSending() }
    return fate
  }

  /// Sends what is encrypted; what the socket does not take now is kept for when it can.
  mutating func send(_ scratch: inout Scratch) -> ConnectionFate {
    defer { updateInterest() }
    if unsent.isEmpty {
      if scratch.sealed.isEmpty { return .open }
      switch socket.send(from: &scratch.sealed) {
      case .count, .wouldBlock: break
      case .closed, .failed:
        scratch.sealed.removeAll()
        return .over
      }
    }
    if !scratch.sealed.isEmpty {
      unsent.append(scratch.sealed.bytes)
      scratch.sealed.removeAll()
    }
    return .open
  }

  /// The socket takes more: sends what waited, and takes up the frames that waited for that.
  mutating func writable(_ core: inout ReactorCore, _ scratch: inout Scratch) -> ConnectionFate {
    let wasBackedUp = isBackedUp
    while !unsent.isEmpty {
      switch socket.send(from: &unsent) {
      case .count: continue
      case .wouldBlock:
        updateInterest()
        return wasBackedUp && !isBackedUp ? resume(&core, &scratch) : .open
      case .closed, .failed: return .over
      }
    }
    unsent.removeAll(keepingAtMost: 0)
    updateInterest()
    if hasSaidGoodbye { socket.finishSending() }
    return wasBackedUp ? resume(&core, &scratch) : .open
  }
}
