import TesseraEngine
import TesseraModel
import TesseraSystem

/// Whose turn it is: what waits of one party counts together, however many connections it came by.
enum Party: Hashable, Sendable {
  /// By password, through any of their tokens, or through a product that acts for them.
  case user(UserID)
  case token(TokenID)
  /// The holder of a certificate, or an offline command, by the name it has in events.
  case named(String)
  /// Strangers, by where they come from; of IPv6 the network, since a host has many addresses.
  case network(SocketAddress.Host)
  /// A stranger who has gone already.
  case nobody

  init(_ caller: TesseraEngine.Caller) {
    self =
      switch caller.actor {
      case .user(let user, _): .user(user)
      case .token(let id): .token(id)
      case .certificate(let name), .offline(let name): .named(name)
      }
  }

  init(stranger address: SocketAddress?) {
    self =
      switch address?.host {
      case .v4(let host): .network(.v4(host))
      // 64 bits are a network, of which one machine may take every address.
      case .v6(let network, let host, _) where network == 0:
        .network(.v6(high: 0, low: host, scope: 0))
      case .v6(let network, _, _): .network(.v6(high: network, low: 0, scope: 0))
      case nil: .nobody
      }
  }
}
