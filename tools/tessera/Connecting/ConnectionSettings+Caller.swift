import TesseraClient

/// What a source of settings calls those that say who calls.
struct CallerNames {
  let token: String
  let certificate: String
  let key: String

  static let flags = CallerNames(
    token: "--token-file", certificate: "--client-certificate", key: "--client-key")
  static let variables = CallerNames(
    token: "TESSERA_TOKEN_FILE", certificate: "TESSERA_CLIENT_CERTIFICATE",
    key: "TESSERA_CLIENT_KEY")
  static let settings = CallerNames(
    token: "token-file", certificate: "client-certificate", key: "client-key")
}

extension ConnectionSettings {
  var namesCaller: Bool { tokenFile != nil || clientCertificate != nil || clientKey != nil }

  /// What is wrong with who calls; nil where nothing is.
  func refusal(of names: CallerNames) -> String? {
    if (clientCertificate == nil) != (clientKey == nil) {
      return "\(names.certificate) and \(names.key) are needed together: the certificate, and its "
        + "private key"
    }
    if tokenFile != nil, clientCertificate != nil {
      return "\(names.token) and \(names.certificate) name two callers; give one"
    }
    return nil
  }

  /// nil where nobody is named.
  var credential: Credential? {
    if let clientCertificate, let clientKey {
      return .certificate(chain: .file(clientCertificate), key: .file(clientKey))
    }
    return tokenFile.map(Credential.tokenFile)
  }
}
