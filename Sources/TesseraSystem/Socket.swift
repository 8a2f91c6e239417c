import CLinux
import Glibc
import TesseraBytes

/// What moving bytes to or from a socket came to. Never waits and never throws: that a peer is gone
/// is as common as that it is not ready.
public enum Transfer: Equatable, Sendable {
  /// So many bytes moved: at least one, where at least one was to be moved.
  case count(Int)
  /// None now; the poller says when to try again.
  case wouldBlock
  /// The peer has ended its sending, or is gone.
  case closed
  case failed(errno: CInt)
}

/// A connected TCP socket, or one that is connecting. Never blocks.
public struct Socket: ~Copyable, Sendable {
  public let descriptor: Descriptor

  public init(owning descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Begins to connect. Once the poller says the socket is writable, it is connected if `takeError`
  /// returns nil.
  public static func connecting(to address: SocketAddress) throws(SystemError) -> Socket {
    let socket = Socket(owning: try stream(family: address.family))
    socket.setNoDelay()
    let number = socket.descriptor.number
    let result = unsafe address.withKernelForm { unsafe connect(number, $0, $1) }
    // An interrupted connect goes on by itself.
    if result < 0, errno != EINPROGRESS, errno != EINTR {
      throw SystemError("connect", errno: errno, subject: address.description)
    }
    return socket
  }

  /// The error that a connection attempt or a transfer left behind, which the kernel then forgets;
  /// nil where all is well.
  public func takeError() -> CInt? {
    var code: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    let result = unsafe getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &length)
    if result < 0 { return errno }
    return code == 0 ? nil : code
  }

  /// Appends what has arrived, at most `limit` bytes, of which there must be one.
  @inlinable
  public func receive(into buffer: inout ByteBuffer, upTo limit: Int) -> Transfer {
    precondition(limit > 0, "the end of a stream could not be told from no room")
    var outcome = Transfer.wouldBlock
    let number = descriptor.number
    unsafe buffer.append(upTo: limit) { room in
      while true {
        let count = unsafe recv(number, room.baseAddress, room.count, 0)
        if count > 0 {
          outcome = .count(count)
          return count
        }
        if count == 0 {
          outcome = .closed
          return 0
        }
        if errno == EINTR { continue }
        outcome = Transfer.failure(errno)
        return 0
      }
    }
    return outcome
  }

  /// Sends from the front of `buffer` as much as the kernel takes, and consumes it.
  @inlinable
  public func send(from buffer: inout ByteBuffer) -> Transfer {
    let outcome = send(buffer.bytes)
    if case .count(let count) = outcome { buffer.consume(count) }
    return outcome
  }

  @inlinable
  public func send(_ bytes: borrowing RawSpan) -> Transfer {
    let number = descriptor.number
    return unsafe bytes.withUnsafeBytes { bytes in
      while true {
        // MSG_NOSIGNAL: a peer that is gone is an outcome here, not a signal.
        let count = unsafe Glibc.send(
          number, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        if count >= 0 { return .count(count) }
        if errno == EINTR { continue }
        return Transfer.failure(errno)
      }
    }
  }

  /// Tells the peer that nothing more will be sent.
  public func finishSending() { _ = shutdown(descriptor.number, CInt(SHUT_WR)) }

  /// The other end's address; nil where the connection is gone already.
  public var peerAddress: SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = descriptor.number
    let result = unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getpeername(number, $0, &length)
      }
    }
    return result < 0 ? nil : SocketAddress(storage)
  }

  /// Small answers leave at once. Nothing depends on it but time, so that a failure is no error.
  func setNoDelay() {
    _ = descriptor.setOption(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
  }

  static func stream(family: CInt) throws(SystemError) -> Descriptor {
    let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    return Descriptor(owning: try retrying("socket") { socket(family, type, 0) })
  }
}

extension Transfer {
  @inlinable
  static func failure(_ code: CInt) -> Transfer {
    switch code {
    case EAGAIN: .wouldBlock
    case EPIPE, ECONNRESET: .closed
    default: .failed(errno: code)
    }
  }
}

extension Descriptor {
  borrowing func setOption(_ level: CInt, _ name: CInt, _ value: CInt) -> CInt {
    var value = value
    return unsafe setsockopt(number, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}
