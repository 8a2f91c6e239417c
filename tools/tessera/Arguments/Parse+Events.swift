import ArgumentParser
import TesseraClient

extension Parse {
  static let eventKinds = CompletionKind.list(EventKind.allCases.map(\.name.dashed))
  static let registryTypes = CompletionKind.list(RegistryType.allCases.map { $0.noun + "=" })

  /// `TOKEN_ISSUED` or `token-issued`.
  static func eventKind(_ text: String) throws -> EventKind {
    guard let kind = EventKind.allCases.first(where: { $0.name.dashed == text.dashed }) else {
      let names = EventKind.allCases.map(\.name.dashed).joined(separator: ", ")
      throw ValidationError(
        "'\(Printable.text(text))' is no kind of events; there are \(names)")
    }
    return kind
  }

  /// `project=web`, `scope-set=IDE Plugins`.
  static func entry(_ text: String) throws -> RegistryKey {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2,
      let type = RegistryType.allCases.first(where: { $0.noun == sides[0] })
    else {
      let types = RegistryType.allCases.map { $0.noun + "=NAME" }.joined(separator: ", ")
      throw ValidationError(
        "'\(Printable.text(text))' is no entry of the registry; write \(types)")
    }
    return try key(type, String(sides[1]))
  }

  static func key(_ type: RegistryType, _ name: String) throws -> RegistryKey {
    switch type {
    case .project: .project(try Parse.name(name))
    case .environment: .environment(try Parse.name(name))
    case .method: .method(try Parse.name(name))
    case .scopeSet: .scopeSet(try scopeSet(name))
    case .role: .role(try role(name))
    }
  }
}

extension String {
  /// `token-issued` of `TOKEN_ISSUED`.
  fileprivate var dashed: String {
    String(lowercased().map { $0 == "_" ? "-" : $0 })
  }
}
