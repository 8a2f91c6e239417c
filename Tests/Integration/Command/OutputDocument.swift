import Foundation
import TesseraModel

@testable import tessera

/// What the command's README says about its JSON, read from its tables.
struct OutputDocument {
  struct Field {
    var name: String
    /// Any of them.
    var types: [String]
    var isAlwaysThere: Bool
  }

  /// The fields of each shape.
  private(set) var shapes: [String: [Field]] = [:]
  /// The words of each type that is one of several.
  private(set) var words: [String: [String]] = [:]
  /// What each command prints, and whether it is an object on each line.
  private(set) var commands: [String: (type: String, isLines: Bool)] = [:]
  /// Types that are none of these.
  private(set) var plainTypes: Set<String> = []

  init() throws {
    let path = Tour.readme.deletingLastPathComponent().appending(path: "tools/tessera/README.md")
    var section = ""
    for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("##") {
        section = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)
      } else if line.hasPrefix("| `") {
        let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
        take(cells.map(OutputDocument.quoted), Array(cells), of: section)
      }
    }
  }

  private mutating func take(_ quoted: [[String]], _ cells: [Substring], of section: String) {
    let name = quoted[0][0]
    switch section {
    case "Types": plainTypes.insert(name)
    case "Words": words[name] = quoted[1]
    case "Commands": commands[name] = (quoted[1][0], cells[1].contains("on each line"))
    default:
      let isAlwaysThere = cells[2].trimmingCharacters(in: .whitespaces) == "always"
      shapes[section, default: []].append(
        Field(name: name, types: quoted[1], isAlwaysThere: isAlwaysThere))
    }
  }

  /// What stands between backticks.
  private static func quoted(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }

  /// What of the value is not as the type says; empty where all is.
  ///
  /// - Parameter seen: gets each field that was there, with its shape.
  func faults(of json: JSON, as type: String, seen: inout Set<String>) -> [String] {
    switch (type, json) {
    case ("text", .string), ("number", .number), ("bool", .bool), ("null", .null): return []
    case ("id", .string(let text)) where TokenID(text) != nil: return []
    case ("time", .string(let text)) where DateText.moment(text, aDayMeans: .start) != nil:
      return []
    case ("actor", .string), ("grant", .string), ("limited", .string), ("imported", .string):
      return []
    case (_, .string(let text)) where words[type]?.contains(text) == true: return []
    case (_, .array(let elements)) where type.hasPrefix("["):
      let inner = String(type.dropFirst().dropLast())
      return elements.flatMap { faults(of: $0, as: inner, seen: &seen) }
    case (_, .object(let members)):
      guard let fields = shapes[type] else { return ["an object, where \(type) is said"] }
      return faults(of: members, as: type, fields, seen: &seen)
    default: return ["\(json.text), where \(type) is said"]
    }
  }

  private func faults(
    of members: [JSON.Member], as shape: String, _ fields: [Field], seen: inout Set<String>
  ) -> [String] {
    var found: [String] = []
    for field in fields
    where field.isAlwaysThere && !members.contains(where: { $0.name == field.name }) {
      found.append("\(shape).\(field.name) is missing")
    }
    for member in members {
      guard let field = fields.first(where: { $0.name == member.name }) else {
        found.append("\(shape).\(member.name) is not documented")
        continue
      }
      seen.insert("\(shape).\(member.name)")
      let attempts = field.types.map { faults(of: member.value, as: $0, seen: &seen) }
      if !attempts.contains(where: \.isEmpty) {
        found += attempts[0].map { "\(shape).\(member.name): \($0)" }
      }
    }
    return found
  }
}
