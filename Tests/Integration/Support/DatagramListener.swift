import Glibc
import TesseraSystem

/// A socket that datagrams are sent to, as the one that systemd listens on.
final class DatagramListener: Sendable {
  /// As `NOTIFY_SOCKET` names it.
  let name: String
  private let descriptor: Descriptor

  /// - Parameter name: a path, or `@` and a name that is in no file system.
  init(_ name: String) throws {
    self.name = name
    let number = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw SystemError("socket", errno: errno) }
    descriptor = Descriptor(owning: number)
    // Who waits for what will not come fails, and does not wait for ever.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    unsafe setsockopt(
      number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var bytes = Array(name.utf8)
    if name.hasPrefix("@") { bytes[0] = 0 } else { bytes.append(0) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let result = unsafe withUnsafePointer(to: address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(number, $0, length)
      }
    }
    guard result == 0 else { throw SystemError("bind", errno: errno, subject: name) }
  }

  /// The next datagram, as text.
  func next() throws -> String {
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe recv(descriptor.number, &block, block.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("recv", errno: errno, subject: name) }
      return String(decoding: block[..<count], as: UTF8.self)
    }
  }
}
