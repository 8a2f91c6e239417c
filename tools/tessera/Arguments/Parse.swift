import ArgumentParser
import TesseraClient

/// Single arguments into the vocabulary; what is none of it is a usage error that says what is.
enum Parse {
  static func kind(_ text: String) throws -> TokenKind {
    guard let kind = TokenKind.allCases.first(where: { $0.name == text.uppercased() }) else {
      let names = TokenKind.allCases.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(text)' is no kind; there are \(names)")
    }
    return kind
  }

  static let kinds = CompletionKind.list(TokenKind.allCases.map { $0.name.lowercased() })

  static func state(_ text: String) throws -> TokenState {
    guard let state = TokenState.allCases.first(where: { $0.name == text.uppercased() }) else {
      throw ValidationError("'\(text)' is no state; there are ACTIVE, EXPIRED and REVOKED")
    }
    return state
  }

  static func sort(_ text: String) throws -> ListSort {
    switch text {
    case "created": return .created
    case "name": return .name
    case "expires": return .expires
    default:
      throw ValidationError("'\(text)' is no order; there are created, name and expires")
    }
  }

  static func name<Text: Name>(_ text: String) throws -> Text {
    guard let name = try? Text(text) else {
      throw ValidationError(
        "'\(Printable.text(text))' is no name; names are 1 to 100 of A-Z a-z 0-9 . _ ~ -")
    }
    return name
  }

  static func scopeSet(_ text: String) throws -> ScopeSetName {
    guard let name = try? ScopeSetName(text) else {
      throw ValidationError(
        "'\(Printable.text(text))' is no scope set; names are 1 to 100 printable bytes")
    }
    return name
  }

  static func id(_ text: String) throws -> TokenID {
    guard let id = TokenID(text) else {
      throw ValidationError(
        "'\(Printable.text(text))' is no token id; ids are tok_ and 26 characters. A value is "
          + "never given as an argument: use --value-file")
    }
    return id
  }

  static func expiry(_ text: String) throws -> ExpiryChoice {
    if text == "never" { return .never }
    if let lifetime = DurationText.duration(text) { return .after(lifetime) }
    if let moment = DateText.moment(text, aDayMeans: .end) { return .at(moment) }
    throw ValidationError(
      "'\(text)' is no expiry; write never, a span such as 30d or 12h, or a date such as "
        + "2027-01-31 or 2027-01-31T12:00:00Z")
  }

  /// A moment in the past, or how long ago it was.
  static func before(_ text: String, now: Timestamp) throws -> Timestamp {
    if let age = DurationText.duration(text) {
      return max(.earliest, now + (Duration.zero - age))
    }
    if let moment = DateText.moment(text, aDayMeans: .start) { return moment }
    throw ValidationError(
      "'\(text)' is no moment; write a span such as 90d or a date such as 2027-01-31")
  }

  /// `tokens.issue:kinds=CLIENT,FRONTEND:projects=a,b:environments=production`.
  static func permission(_ text: String) throws -> PermissionGrant {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let permission = Permission(name: String(parts[0])) else {
      let names = Permission.allCases.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(parts[0])' is no permission; there are \(names)")
    }
    var grant = PermissionGrant(permission)
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[1].isEmpty else {
        throw ValidationError(
          "'\(part)' is no limit; write kinds=A,B or projects=a,b or environments=a,b")
      }
      let members = sides[1].split(separator: ",", omittingEmptySubsequences: false).map(
        String.init)
      switch sides[0] {
      case "kinds": grant.kinds = KindSet(try members.map { KindSet(try kind($0)) })
      case "projects": grant.projects = try members.map(name)
      case "environments": grant.environments = try members.map(name)
      default:
        throw ValidationError(
          "'\(sides[0])' is no limit; there are kinds, projects and environments")
      }
    }
    return grant
  }
}

extension TokenKind {
  /// As the documentation writes it: `CLIENT`.
  var name: String {
    switch self {
    case .admin: "ADMIN"
    case .personal: "PERSONAL"
    case .client: "CLIENT"
    case .frontend: "FRONTEND"
    case .service: "SERVICE"
    case .proxyKey: "PROXY_KEY"
    }
  }
}

extension TokenState {
  var name: String {
    switch self {
    case .active: "ACTIVE"
    case .expired: "EXPIRED"
    case .revoked: "REVOKED"
    }
  }
}
