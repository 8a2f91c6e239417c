import CLinux
import Glibc

/// A TCP socket that takes connections; one for each reactor, all on the same port.
public struct ListeningSocket: ~Copyable, Sendable {
  public let descriptor: Descriptor
  /// Where it listens; the port is the one the kernel chose where 0 was asked for.
  public let address: SocketAddress
  private let endOfDescriptors: CInt

  /// Listens where nobody else does; `EADDRINUSE` where somebody does.
  ///
  /// Only after it listens does it let siblings share the port. A process that shares no socket
  /// with this one asks for the port without sharing first, and is refused.
  public init(exclusively address: SocketAddress, backlog: Int = 1024) throws(SystemError) {
    let descriptor = try ListeningSocket.bound(to: address)
    try ListeningSocket.listen(descriptor, on: address, backlog: backlog)
    try descriptor.require(SO_REUSEPORT, "setsockopt SO_REUSEPORT", on: address)
    self.address = try ListeningSocket.localAddress(of: descriptor)
    self.descriptor = descriptor
    endOfDescriptors = OpenFileLimit.endOfConnections
  }

  /// Another socket on the same port, among which the kernel spreads new connections.
  public func sibling(backlog: Int = 1024) throws(SystemError) -> ListeningSocket {
    let descriptor = try ListeningSocket.bound(to: address, sharing: true)
    try ListeningSocket.listen(descriptor, on: address, backlog: backlog)
    return ListeningSocket(descriptor: descriptor, address: address)
  }

  private init(descriptor: consuming Descriptor, address: SocketAddress) {
    self.descriptor = descriptor
    self.address = address
    endOfDescriptors = OpenFileLimit.endOfConnections
  }

  public enum Acceptance: ~Copyable {
    case connection(Socket)
    /// None is waiting.
    case none
    /// The process or the machine is out of descriptors or memory (`EMFILE`, `ENFILE`, `ENOBUFS`,
    /// `ENOMEM`), but for the descriptors that are not for connections: these wait until some are
    /// closed. The first one that there was no descriptor for is closed.
    case exhausted(errno: CInt)
  }

  /// Takes one waiting connection. Connections that ended while they waited are passed over.
  public func accept() throws(SystemError) -> Acceptance {
    let flags = CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    while true {
      let number = tessera_accept4(descriptor.number, flags)
      if number >= 0 {
        let socket = Socket(owning: Descriptor(owning: number))
        if number >= endOfDescriptors { return .exhausted(errno: EMFILE) }
        socket.setNoDelay()
        return .connection(socket)
      }
      switch errno {
      case EAGAIN: return .none
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted(errno: errno)
      // accept reports the errors of the connection it would have taken; accept(2) names them.
      case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
        EOPNOTSUPP, ENETUNREACH, EPERM, ETIMEDOUT:
        continue
      default: throw SystemError("accept4", errno: errno, subject: address.description)
      }
    }
  }
}

extension ListeningSocket {
  private static func bound(
    to address: SocketAddress, sharing: Bool = false
  ) throws(SystemError) -> Descriptor {
    let descriptor = try Socket.stream(family: address.family)
    // Connections of a process that has ended, in TIME_WAIT, must not keep the next from starting.
    try descriptor.require(SO_REUSEADDR, "setsockopt SO_REUSEADDR", on: address)
    if sharing { try descriptor.require(SO_REUSEPORT, "setsockopt SO_REUSEPORT", on: address) }
    let number = descriptor.number
    _ = try retrying("bind", on: address.description) {
      unsafe address.withKernelForm { unsafe bind(number, $0, $1) }
    }
    return descriptor
  }

  private static func listen(
    _ descriptor: borrowing Descriptor, on address: SocketAddress, backlog: Int
  ) throws(SystemError) {
    let number = descriptor.number
    _ = try retrying("listen", on: address.description) { Glibc.listen(number, CInt(backlog)) }
  }

  private static func localAddress(
    of descriptor: borrowing Descriptor
  ) throws(SystemError) -> SocketAddress {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = descriptor.number
    let result = unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(number, $0, &length)
      }
    }
    guard result == 0, let address = SocketAddress(storage) else {
      throw SystemError("getsockname", errno: errno)
    }
    return address
  }
}

extension Descriptor {
  fileprivate borrowing func require(
    _ option: CInt, _ call: String, on address: SocketAddress
  ) throws(SystemError) {
    if setOption(SOL_SOCKET, option, 1) < 0 {
      throw SystemError(call, errno: errno, subject: address.description)
    }
  }
}
