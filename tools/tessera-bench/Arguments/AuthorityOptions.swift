import ArgumentParser
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// Where the authority is, and as whom to call it.
struct AuthorityOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the authority listens.", valueName: "HOST:PORT"))
  var address = "127.0.0.1:7420"

  @Option(
    help: ArgumentHelp(
      "The certificate that signs the authority's, in PEM (default: the system's).",
      valueName: "FILE"))
  var ca: String?

  @Option(
    help: ArgumentHelp("The caller's token, on the first line of a file.", valueName: "FILE"))
  var tokenFile: String?

  /// What every connection needs to know. Asks the resolver for a name.
  func peer() throws -> Peer {
    let endpoint: Endpoint
    do { endpoint = try Endpoint(address) } catch {
      throw BenchFailure.unusable("--address \(error)")
    }
    var options = TLSContext.ClientOptions()
    options.authority = ca.map(PEMSource.file)
    var caller: Secret?
    if let tokenFile {
      let line = try readFile(tokenFile, upTo: 64 << 10).prefix { $0 != 0x0a && $0 != 0x0d }
      guard !line.isEmpty else {
        throw BenchFailure.unusable("\(tokenFile): its first line is empty; it must be a token")
      }
      caller = Secret(Array(line))
    }
    return Peer(
      address: try endpoint.resolve()[0], serverName: endpoint.host,
      tls: try TLSContext(client: options), caller: caller)
  }
}

/// A file that the command line named.
func readFile(_ path: String, upTo limit: Int) throws(BenchFailure) -> [UInt8] {
  do { return try SmallFile.read(path, upTo: limit) } catch {
    throw .unusable(error.description)
  }
}
