import ArgumentParser
import TesseraClient

/// Grants as they are written on a command line, and printed: a place, then what is granted there.
///
///     project=web,methods=a.b+c.d,sets=IDE Plugins,create-tokens,hide-tokens
///     all-projects,methods=all
///     global,permissions=users.read+events.read
///
/// Names of sets may hold anything printable: a comma, a plus and a backslash in them are written
/// after a backslash. A list of one method that is called `all` is written `all+all`, since `all`
/// alone is every method.
enum GrantText {
  /// What one begins with.
  static let places = CompletionKind.list(["project=", "all-projects", "global,permissions="])

  static func parse(_ text: String) throws -> Grant {
    var parts = EscapedText.split(text, at: ",")[...]
    var grant = Grant(try place(parts.popFirst() ?? "", in: text))
    var scopes = Scopes()
    var said: Set<String> = []
    for part in parts {
      let (key, values) = try member(part, in: text)
      guard said.insert(key).inserted else { throw refusal(text, "\(key) is there twice") }
      switch (key, values) {
      case ("methods", ["all"]), ("all", nil): scopes.isAll = true
      case ("methods", let names?): scopes.methods = try names.map(Parse.name)
      case ("sets", let names?): scopes.sets = try names.map(Parse.scopeSet)
      case ("create-tokens", nil): grant.createsTokens = true
      case ("hide-tokens", nil): grant.hidesTokens = true
      case ("permissions", let names?): grant.permissions = try names.map(Parse.permissionName)
      default:
        throw refusal(
          text,
          "'\(part)' is no part of a grant; there are methods=A+B, methods=all, sets=A+B, "
            + "create-tokens, hide-tokens and permissions=A+B")
      }
    }
    guard !scopes.isAll || scopes.methods == nil && scopes.sets == nil else {
      throw refusal(text, "it names all methods, and some")
    }
    grant.scopes = scopes.selection
    return grant.normalised
  }

  static func text(_ grant: Grant) -> String {
    var parts: [String] = []
    switch grant.place {
    case .project(let project): parts.append("project=\(project.text)")
    case .allProjects: parts.append("all-projects")
    case .global: parts.append("global")
    }
    switch grant.scopes ?? .kindDefault {
    case .all: parts.append("methods=all")
    case .some(let sets, let methods):
      if !methods.isEmpty || sets.isEmpty {
        parts.append(
          "methods=" + list(methods.map(\.text) == ["all"] ? ["all", "all"] : methods.map(\.text)))
      }
      if !sets.isEmpty { parts.append("sets=" + list(sets.map(\.text))) }
    // A grant's scopes are never its kind's.
    case .kindDefault: break
    }
    if grant.createsTokens { parts.append("create-tokens") }
    if grant.hidesTokens { parts.append("hide-tokens") }
    if !grant.permissions.isEmpty {
      parts.append("permissions=" + list(grant.permissions.map(\.name)))
    }
    return parts.joined(separator: ",")
  }

  private struct Scopes {
    var isAll = false
    var sets: [ScopeSetName]?
    var methods: [MethodName]?

    var selection: ScopeSelection? {
      if isAll { return .all }
      return sets == nil && methods == nil ? nil : .some(sets: sets ?? [], methods: methods ?? [])
    }
  }

  private static func place(_ part: String, in text: String) throws -> Grant.Place {
    switch try member(part, in: text) {
    case ("all-projects", nil): return .allProjects
    case ("global", nil): return .global
    case ("project", let names?) where names.count == 1:
      return .project(try Parse.name(names[0]))
    default:
      throw refusal(text, "it begins with its place: project=ID, all-projects or global")
    }
  }

  /// A part's name and its values, nil where there is no `=`.
  private static func member(
    _ part: String, in text: String
  ) throws -> (key: String, values: [String]?) {
    guard let equals = part.unicodeScalars.firstIndex(of: "=") else { return (part, nil) }
    let key = String(part[..<equals])
    let values = String(part[part.unicodeScalars.index(after: equals)...])
    return (
      key,
      values.isEmpty
        ? []
        : try EscapedText.split(values, at: "+").map { value in
          guard let plain = EscapedText.unescaped(value) else {
            throw refusal(text, "a backslash stands before ',', '+' or another backslash only")
          }
          return plain
        }
    )
  }

  private static func list(_ names: [String]) -> String {
    names.map(EscapedText.escaped).joined(separator: "+")
  }

  private static func refusal(_ text: String, _ reason: String) -> ValidationError {
    ValidationError("'\(Printable.text(text))' is no grant: \(Printable.text(reason))")
  }
}

/// Text in which a comma, a plus or a backslash that separates nothing stands after a backslash.
enum EscapedText {
  private static let special: Set<Unicode.Scalar> = [",", "+", "\\"]

  /// The parts between separators, escaped as they were.
  static func split(_ text: String, at separator: Unicode.Scalar) -> [String] {
    var parts = [""]
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if scalar == separator, !isEscaped {
        parts.append("")
      } else {
        parts[parts.count - 1].unicodeScalars.append(scalar)
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
    return parts
  }

  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if special.contains(scalar) { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }

  /// nil where a backslash stands before anything else.
  static func unescaped(_ text: String) -> String? {
    var plain = ""
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        guard special.contains(scalar) else { return nil }
      } else if scalar == "\\" {
        isEscaped = true
        continue
      }
      isEscaped = false
      plain.unicodeScalars.append(scalar)
    }
    return isEscaped ? nil : plain
  }
}

extension Grant {
  var text: String { GrantText.text(self) }
}
