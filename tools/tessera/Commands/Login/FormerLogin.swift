import TesseraClient

/// The login that another takes the place of: its token passes until it is revoked, and is in no
/// file any more.
struct FormerLogin {
  private static let namePrefix = "tessera login on "

  /// What a login's token is called.
  static var tokenName: String { namePrefix + Machine.name }

  private let value: Secret
  /// The authority that issued it; nil where that is not known.
  private let address: String?

  /// nil where the file holds none.
  init?(_ path: String) {
    guard let value = try? TokenInput.read(path) else { return nil }
    self.value = value
    address = LoginFile.address(of: path)
  }

  /// Refuses to go on at another authority: its token would pass for long, and be in no file.
  func requireSame(_ address: String) throws(CommandFailure) {
    guard let former = self.address, former != address else { return }
    throw CommandFailure(
      .configuration,
      "the login is at \(former): end it there first, by 'tessera logout --address \(former)'")
  }

  /// Revokes the token, as far as that is possible: the new login is there already, so that what
  /// goes wrong here is told and ends nothing.
  ///
  /// - Parameter client: makes a client for the credential.
  /// - Returns: words about it; nil where it had stopped passing before.
  func end(_ client: (Credential) throws -> TesseraClient) async -> String? {
    guard address != nil else {
      return "The file held a token of an authority that is not known, where it may pass still."
    }
    do {
      let client = try client(.token(value))
      let words = await end(client)
      await client.close()
      return words
    } catch {
      return FormerLogin.advice(nil, error)
    }
  }

  private func end(_ client: TesseraClient) async -> String? {
    var id: TokenID?
    do {
      let caller = try await client.whoAmI()
      id = caller.actor?.tokenID
      guard caller.kind == .personal, caller.name.hasPrefix(FormerLogin.namePrefix) else {
        return "The file held a token that no login made, and that passes still; "
          + FormerLogin.wayOut(id)
      }
      _ = try await client.revoke(value: value, reason: "another login")
      return "The login before it is ended."
    } catch TesseraError.unauthenticated {
      return nil
    } catch {
      return FormerLogin.advice(id, error)
    }
  }

  private static func advice(_ id: TokenID?, _ error: any Error) -> String {
    let reason = (error as? TesseraError)?.advice ?? "\(error)"
    return "Warning: the token of the login before may pass still: \(Printable.text(reason)); "
      + wayOut(id)
  }

  private static func wayOut(_ id: TokenID?) -> String {
    "to end it: tessera token revoke \(id?.description ?? "tok_…")"
  }
}
