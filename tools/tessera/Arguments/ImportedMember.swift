import ArgumentParser
import TesseraClient

extension ImportedToken {
  /// Of an object with the members that a token has in JSON output, and its value or SHA-256.
  ///
  /// - Throws: ``ImportedMember/Refused``, or what an argument of the same meaning would be refused
  ///   with.
  init(_ json: JSON, now: Timestamp) throws {
    guard case .object(let members) = json else {
      throw ImportedMember.Refused("an object is expected")
    }
    self.init()
    for member in members where member.value != .null {
      let reader = ImportedMember(name: member.name, value: member.value)
      do {
        try set(reader, now: now)
      } catch let error as ImportedMember.Refused {
        throw error
      } catch {
        // An argument's error, whose words fit as well.
        let reason = (error as? ValidationError)?.message ?? "\(error)"
        throw ImportedMember.Refused("\(member.name): \(reason)")
      }
    }
    guard credential != nil else { throw ImportedMember.Refused("value or sha256 is missing") }
    guard kind != nil else { throw ImportedMember.Refused("kind is missing") }
  }

  private mutating func set(_ member: ImportedMember, now: Timestamp) throws {
    switch member.name {
    case "value", "sha256":
      guard credential == nil else {
        throw ImportedMember.Refused("value and sha256 are both there; give one")
      }
      credential = try member.credential()
    case "kind": kind = try Parse.kind(try member.text())
    case "name": name = try member.text()
    case "description": description = try member.text()
    case "owner": owner = try Parse.name(try member.text())
    case "projects": projects = try member.projects()
    case "environment": environment = try Parse.name(try member.text())
    case "scopes": scopes = try member.scopes()
    case "permissions": permissions = try member.texts().map(Parse.permission)
    case "expires_at": expiresAt = try Parse.expiry(try member.text()).end(from: now)
    case "created_at": createdAt = try Parse.before(try member.text(), now: now)
    case "state":
      guard try member.text() != TokenState.revoked.name else { throw ImportedMember.revoked }
    case "revocation": throw ImportedMember.revoked
    // What output says beside, and an import does not take over.
    case "id", "created_by", "last_used_at", "uses", "version", "previous_valid_until",
      "previous_last_used_at":
      break
    default: throw ImportedMember.Refused("'\(member.name)' is no member of a token to import")
    }
  }
}

/// A member of an object that is to be imported.
struct ImportedMember {
  struct Refused: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  static let revoked = Refused("the token was revoked, which is for good; leave it out")

  let name: String
  let value: JSON

  private func refused(_ expected: String) -> Refused { Refused("\(name): \(expected)") }

  func text() throws -> String {
    guard case .string(let text) = value else { throw refused("a text is expected") }
    return text
  }

  func texts() throws -> [String] {
    guard case .array(let values) = value else { throw refused("an array of texts is expected") }
    return try values.map { try ImportedMember(name: name, value: $0).text() }
  }

  func credential() throws -> ImportedToken.Credential {
    let text = try text()
    if name == "value" { return .value(Secret(text)) }
    guard let digest = Digest(hex: text.utf8) else { throw refused("SHA-256 is 64 hex digits") }
    return .sha256(digest)
  }

  func projects() throws -> ProjectSelection {
    if case .string(let text) = value {
      return text == "*" ? .all : .one(try Parse.name(text))
    }
    return .list(try texts().map(Parse.name))
  }

  func scopes() throws -> ScopeSelection {
    switch value {
    case .string("*"): return .all
    case .string("kind default"): return .kindDefault
    case .object(let members):
      var sets: [ScopeSetName] = []
      var methods: [MethodName] = []
      for member in members {
        let inner = ImportedMember(name: "\(name).\(member.name)", value: member.value)
        switch member.name {
        case "sets": sets = try inner.texts().map(Parse.scopeSet)
        case "methods": methods = try inner.texts().map(Parse.name)
        default: throw inner.refused("there are sets and methods")
        }
      }
      return .some(sets: sets, methods: methods)
    default:
      throw refused("'*', 'kind default' or an object with sets and methods is expected")
    }
  }
}
