import TesseraCrypto
import TesseraModel

/// The values of kind PROXY_KEY, which the operator chose. Only their digests go any further.
enum ProxyKeys {
  static let setting = "proxyClientKeys"

  /// Reads the setting. No error shows a key: the place in the list has to do.
  static func read(_ keys: [String]) throws -> [Digest] {
    guard keys.count <= Limits.proxyKeys else {
      throw DaemonFailure.configuration("\(setting): at most \(Limits.proxyKeys) keys")
    }
    return try keys.enumerated().map { index, key in
      let bytes = Array(key.utf8)
      guard (1...Limits.proxyKeyBytes).contains(bytes.count) else {
        throw DaemonFailure.configuration(
          "\(setting)[\(index)]: a key has 1 to \(Limits.proxyKeyBytes) bytes")
      }
      guard unsafe TokenShape(bytes.span.bytes) == nil else {
        throw DaemonFailure.configuration(
          "\(setting)[\(index)]: reads as a token; choose another key, or import the token")
      }
      return unsafe SHA256.digest(of: bytes.span.bytes)
    }
  }
}
