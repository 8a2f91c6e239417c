import CLinux
import Glibc

/// An Internet address and a port: `127.0.0.1:7420`, `[::1]:7420`.
public struct SocketAddress: Hashable, Sendable {
  public enum Host: Hashable, Sendable {
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64, scope: UInt32)
  }

  public let host: Host
  /// 0 lets the kernel choose when a socket is bound to it.
  public let port: UInt16

  public init(host: Host, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool {
    switch host {
    case .v4(let address): address >> 24 == 127
    // ::1, and 127.0.0.0/8 written as IPv6.
    case .v6(let high, let low, _): high == 0 && (low == 1 || low >> 24 == 0xffff_7f)
    }
  }
}

extension SocketAddress: CustomStringConvertible {
  public var description: String {
    switch host {
    case .v4: "\(hostText):\(port)"
    case .v6: "[\(hostText)]:\(port)"
    }
  }

  /// The host alone, without brackets: `::1`.
  public var hostText: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    switch host {
    case .v4(let address):
      var bytes = address.bigEndian
      unsafe inet_ntop(AF_INET, &bytes, &text, socklen_t(text.count))
    case .v6(let high, let low, _):
      var bytes = (high.bigEndian, low.bigEndian)
      unsafe inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
    }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

// The kernel's form.
extension SocketAddress {
  var family: CInt {
    switch host {
    case .v4: AF_INET
    case .v6: AF_INET6
    }
  }

  /// The address that `storage` holds, or nil for a family that is not the Internet's.
  init?(_ storage: sockaddr_storage) {
    var storage = storage
    switch CInt(storage.ss_family) {
    case AF_INET:
      let address = unsafe withUnsafeBytes(of: &storage) { unsafe $0.load(as: sockaddr_in.self) }
      self.init(
        host: .v4(UInt32(bigEndian: address.sin_addr.s_addr)),
        port: UInt16(bigEndian: address.sin_port))
    case AF_INET6:
      let address = unsafe withUnsafeBytes(of: &storage) { unsafe $0.load(as: sockaddr_in6.self) }
      let (high, low) = unsafe withUnsafeBytes(of: address.sin6_addr) {
        unsafe (
          $0.loadUnaligned(as: UInt64.self),
          $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        )
      }
      self.init(
        host: .v6(
          high: UInt64(bigEndian: high), low: UInt64(bigEndian: low), scope: address.sin6_scope_id),
        port: UInt16(bigEndian: address.sin6_port))
    default: return nil
    }
  }

  /// Lends the address in the form that bind and connect take.
  func withKernelForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    let length = unsafe withUnsafeMutableBytes(of: &storage) { room in
      switch host {
      case .v4(let bits):
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = bits.bigEndian
        unsafe room.storeBytes(of: address, as: sockaddr_in.self)
        return MemoryLayout<sockaddr_in>.size
      case .v6(let high, let low, let scope):
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_scope_id = scope
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) {
          unsafe $0.storeBytes(of: high.bigEndian, as: UInt64.self)
          unsafe $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        unsafe room.storeBytes(of: address, as: sockaddr_in6.self)
        return MemoryLayout<sockaddr_in6>.size
      }
    }
    return unsafe withUnsafePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(length))
      }
    }
  }
}
