import ArgumentParser
import TesseraClient

/// How data is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
}

struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("output")], help: "How data is written.")
  var format = OutputFormat.table
}

/// One thing that is shown by itself: a line a fact, or one object.
protocol Described {
  var facts: [(String, String)] { get }
  var json: JSON { get }
}

extension OutputOptions {
  func show(_ thing: some Described) { show(thing.facts, thing.json) }

  /// - Parameter json: says what the facts say, and what programs need besides.
  func show(_ facts: [(String, String)], _ json: JSON) {
    switch format {
    case .table: Table.facts(facts).forEach(Terminal.print)
    case .json: Terminal.print(json.text)
    }
  }
}

// The vocabulary in words, for tables and for JSON.

extension ProjectSelection {
  var text: String {
    switch self {
    case .one(let project): project.text
    case .list(let projects): projects.map(\.text).joined(separator: ",")
    case .all: "*"
    }
  }

  var json: JSON {
    switch self {
    case .one(let project): .string(project.text)
    case .list(let projects): .array(projects.map { .string($0.text) })
    case .all: .string("*")
    }
  }
}

extension ScopeSelection {
  var text: String {
    switch self {
    case .kindDefault: "(the kind's)"
    case .all: "*"
    case .some(let sets, let methods):
      (sets.map(\.text) + methods.map(\.text)).joined(separator: ", ")
    }
  }

  var json: JSON {
    switch self {
    case .kindDefault: .string("kind default")
    case .all: .string("*")
    case .some(let sets, let methods):
      .object([
        "sets": .array(sets.map { .string($0.text) }),
        "methods": .array(methods.map { .string($0.text) }),
      ])
    }
  }
}

extension PermissionGrant {
  /// As `--permission` takes it.
  var text: String {
    var text = permission.name
    if let kinds { text += ":kinds=" + kinds.kinds.map(\.name).joined(separator: ",") }
    if let projects { text += ":projects=" + projects.map(\.text).joined(separator: ",") }
    if let environments {
      text += ":environments=" + environments.map(\.text).joined(separator: ",")
    }
    return text
  }
}

extension ChangeActor {
  var text: String {
    switch self {
    case .token(let id): id.description
    case .certificate(let name): "certificate \(name)"
    case .offline(let command): "tesserad \(command)"
    case .user(let user, nil): "user \(user)"
    case .user(let user, .some(let token)): "user \(user) through \(token)"
    }
  }
}
