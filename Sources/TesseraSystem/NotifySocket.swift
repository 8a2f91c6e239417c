import CLinux
import Glibc

/// The socket by which a service tells systemd how it is: a datagram for each change, as
/// sd_notify(3) specifies.
public struct NotifySocket: Sendable {
  public enum State: Sendable {
    case ready
    /// What is configured is being read again; `ready` follows.
    case reloading
    case stopping
  }

  /// As the environment has it: a path, or `@` and a name that is in no file system.
  public let name: String

  /// - Parameter name: the value of `NOTIFY_SOCKET`.
  public init(named name: String) { self.name = name }

  public func tell(_ state: State) throws(SystemError) {
    let address = try address()
    let type = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = Descriptor(
      owning: try retrying("socket", on: name) { Glibc.socket(AF_UNIX, type, 0) })
    let text = Array(state.text.utf8)
    _ = try retrying("sendto", on: name) {
      unsafe withUnsafePointer(to: address.storage) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe sendto(
            socket.number, text, text.count, CInt(MSG_NOSIGNAL), $0, address.length)
        }
      }
    }
  }

  private func address() throws(SystemError) -> (storage: sockaddr_un, length: socklen_t) {
    var bytes = Array(name.utf8)
    switch bytes.first {
    // The kernel knows a name that is in no file system by its first byte.
    case UInt8(ascii: "@"): bytes[0] = 0
    case UInt8(ascii: "/"): bytes.append(0)
    default: throw SystemError("connect", errno: EAFNOSUPPORT, subject: name)
    }
    var storage = sockaddr_un()
    storage.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: storage.sun_path)
    guard bytes.count <= room else {
      throw SystemError("connect", errno: ENAMETOOLONG, subject: name)
    }
    unsafe withUnsafeMutableBytes(of: &storage.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return (storage, socklen_t(MemoryLayout<sa_family_t>.size + bytes.count))
  }
}

extension NotifySocket.State {
  fileprivate var text: String {
    switch self {
    case .ready: "READY=1"
    // With the time, systemd tells this reload from one before it.
    case .reloading:
      "RELOADING=1\nMONOTONIC_USEC=\(SystemClock.monotonicNanoseconds() / 1_000)"
    case .stopping: "STOPPING=1"
    }
  }
}
