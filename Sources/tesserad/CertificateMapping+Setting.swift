import TesseraModel
import TesseraServer

extension CertificateMapping {
  /// Reads the setting `tls.clients`. A certificate that is mapped twice is refused: which caller
  /// it is would depend on the order. So is a name that two elements give: events could not tell
  /// one caller from the other, and their idempotency keys would be one another's.
  static func read(_ setting: [String]) throws -> [CertificateMapping] {
    let mappings = try setting.map { try CertificateMapping(setting: $0) }
    var seen: Set<Match> = []
    for mapping in mappings where !seen.insert(mapping.match).inserted {
      throw DaemonFailure.configuration(
        "tls.clients: two elements map the same certificate; the second is '\(mapping.name)'")
    }
    var names: Set<String> = []
    for mapping in mappings where !names.insert(mapping.name).inserted {
      throw DaemonFailure.configuration(
        "tls.clients: two elements have the name '\(mapping.name)', by which events tell callers "
          + "apart; give each its own")
    }
    return mappings
  }

  /// Reads one element of the setting `tls.clients`:
  ///
  ///     name=gateway commonName=gateway.internal permissions=tokens.validate,tokens.read
  ///
  /// `fingerprint=` and 64 hex digits may stand for `commonName=`; `permissions=all` is everything.
  init(setting: String) throws {
    var parts: [Substring: Substring] = [:]
    for word in setting.split(separator: " ") {
      let pair = word.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, parts.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw DaemonFailure.configuration(
          "tls.clients: '\(word)' is not KEY=VALUE, or stands twice")
      }
    }
    guard let name = parts.removeValue(forKey: "name"),
      let permissions = parts.removeValue(forKey: "permissions"), parts.count == 1,
      let (kind, subject) = parts.first
    else {
      throw DaemonFailure.configuration(
        "tls.clients: '\(setting)' needs name=, permissions=, and commonName= or fingerprint=")
    }
    let match: Match
    switch kind {
    case "commonName": match = .commonName(String(subject))
    case "fingerprint":
      let digits = subject.lowercased().filter { $0 != ":" }
      guard digits.count == 64, digits.allSatisfy(\.isHexDigit) else {
        throw DaemonFailure.configuration(
          "tls.clients: a fingerprint is the certificate's SHA-256, 64 hex digits")
      }
      match = .fingerprint(digits)
    default:
      throw DaemonFailure.configuration("tls.clients: '\(kind)' is not known")
    }
    self.init(
      name: String(name), match: match,
      permissions: permissions == "all" ? nil : try CertificateMapping.grants(permissions))
  }

  private static func grants(_ list: Substring) throws -> [PermissionGrant] {
    try list.split(separator: ",").map { word in
      guard let permission = Permission(name: String(word)) else {
        throw DaemonFailure.configuration("tls.clients: there is no permission '\(word)'")
      }
      return PermissionGrant(permission)
    }
  }
}
