import ArgumentParser
import TesseraClient

/// Single arguments into the vocabulary; what is none of it is a usage error that says what is.
enum Parse {
  static func kind(_ text: String) throws -> TokenKind {
    guard let kind = TokenKind.allCases.first(where: { $0.name == text.uppercased() }) else {
      let names = TokenKind.allCases.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(Printable.text(text))' is no kind; there are \(names)")
    }
    return kind
  }

  /// Those that are issued: of the others there is a list in the authority's configuration.
  static let kindNames = "ADMIN, PERSONAL, CLIENT, FRONTEND or SERVICE"

  static let kinds = CompletionKind.list(TokenKind.allCases.map { $0.name.lowercased() })

  static func state(_ text: String) throws -> TokenState {
    guard let state = TokenState.allCases.first(where: { $0.name == text.uppercased() }) else {
      throw ValidationError(
        "'\(Printable.text(text))' is no state; there are ACTIVE, EXPIRED and REVOKED")
    }
    return state
  }

  static func sort(_ text: String) throws -> ListSort {
    switch text {
    case "created": return .created
    case "name": return .name
    case "expires": return .expires
    case "last-used": return .lastUsed
    default:
      throw ValidationError(
        "'\(Printable.text(text))' is no order; there are created, name, expires and last-used")
    }
  }

  static let sorts = CompletionKind.list(["created", "name", "expires", "last-used"])
  static let states = CompletionKind.list(TokenState.allCases.map { $0.name.lowercased() })

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

  static func role(_ text: String) throws -> RoleName {
    guard let name = try? RoleName(text) else {
      throw ValidationError(
        "'\(Printable.text(text))' is no role; names are 1 to 100 printable bytes")
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
      "'\(Printable.text(text))' is no expiry; write never, a span such as 30d or 12h, or a "
        + "date such as 2027-01-31, 31-01-2027 or 2027-01-31T12:00:00Z")
  }

  /// A moment in the past, or how long ago it was; of a day, its start.
  static func before(_ text: String, now: Timestamp) throws -> Timestamp {
    if let age = DurationText.duration(text) {
      return max(.earliest, now + (Duration.zero - age))
    }
    if let moment = DateText.moment(text, aDayMeans: .start) { return moment }
    throw ValidationError(
      "'\(Printable.text(text))' is no moment; write a span such as 90d, or a date such as "
        + "2027-01-31 or 31-01-2027")
  }

  static func permissionName(_ text: String) throws -> Permission {
    guard let permission = Permission(name: text) else {
      let names = Permission.allCases.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(Printable.text(text))' is no permission; there are \(names)")
    }
    return permission
  }

  static let permissions = CompletionKind.list(Permission.allCases.map(\.name))

  /// `tokens.issue:kinds=CLIENT,FRONTEND:projects=a,b:environments=production`.
  static func permission(_ text: String) throws -> PermissionGrant {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var grant = PermissionGrant(try permissionName(String(parts[0])))
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[1].isEmpty else {
        throw ValidationError(
          "'\(Printable.text(String(part)))' is no limit; write kinds=A,B or projects=a,b or "
            + "environments=a,b"
        )
      }
      let members = sides[1].split(separator: ",", omittingEmptySubsequences: false).map(
        String.init)
      switch sides[0] {
      case "kinds": grant.kinds = KindSet(try members.map { KindSet(try kind($0)) })
      case "projects": grant.projects = try members.map(name)
      case "environments": grant.environments = try members.map(name)
      default:
        throw ValidationError(
          "'\(Printable.text(String(sides[0])))' is no limit; there are kinds, projects and "
            + "environments"
        )
      }
    }
    return grant
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
