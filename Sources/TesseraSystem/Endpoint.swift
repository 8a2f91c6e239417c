import CLinux
import Glibc

/// A host and a port as a person writes them: `HOST:PORT`, the host a name or an address, an IPv6
/// address in brackets.
public struct Endpoint: Hashable, Sendable {
  /// A name or an address, without brackets.
  public let host: String
  public let port: UInt16

  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  public enum Malformed: Error, Equatable, Sendable, CustomStringConvertible {
    case noPort(String)
    case badPort(String)
    case noHost(String)
    case bareIPv6(String)

    public var description: String {
      switch self {
      case .noPort(let text): "\(text): no port; write HOST:PORT, as in localhost:7420"
      case .badPort(let text): "\(text): the port must be a number from 0 to 65535"
      case .noHost(let text): "\(text): no host; write HOST:PORT, as in localhost:7420"
      case .bareIPv6(let text): "\(text): write an IPv6 address in brackets, as in [::1]:7420"
      }
    }
  }

  public init(_ text: String) throws(Malformed) {
    guard let colon = text.lastIndex(of: ":") else { throw .noPort(text) }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") || host.hasPrefix("[") {
      throw .bareIPv6(text)
    }
    guard !host.isEmpty else { throw .noHost(text) }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let port = UInt16(digits)
    else { throw .badPort(text) }
    self.init(host: String(host), port: port)
  }

  /// The host's addresses, in the order the resolver prefers. Asks the resolver for a name, which
  /// blocks: never on a reactor.
  public func resolve() throws(ResolutionError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else {
      throw ResolutionError(host: host, reason: unsafe String(cString: gai_strerror(code)))
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      var storage = sockaddr_storage()
      if let address = unsafe entry.pointee.ai_addr {
        unsafe withUnsafeMutableBytes(of: &storage) {
          unsafe $0.copyMemory(
            from: UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen)))
        }
      }
      if let address = SocketAddress(storage) { addresses.append(address) }
      unsafe next = entry.pointee.ai_next
    }
    guard !addresses.isEmpty else {
      throw ResolutionError(host: host, reason: "it has no Internet address")
    }
    return addresses
  }
}

extension Endpoint: CustomStringConvertible {
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A host's name that no address was found for.
public struct ResolutionError: Error, Equatable, Sendable, CustomStringConvertible {
  public let host: String
  public let reason: String

  public var description: String { "cannot find the address of \(host): \(reason)" }
}
