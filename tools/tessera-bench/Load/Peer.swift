import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// Whom to connect to, and as whom.
struct Peer {
  let address: SocketAddress
  /// The name that the server's certificate must have.
  let serverName: String
  let tls: TLSContext
  /// nil calls nothing that needs a caller.
  let caller: Secret?
}
