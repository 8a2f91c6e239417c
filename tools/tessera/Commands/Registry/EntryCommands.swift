import ArgumentParser
import TesseraClient

/// A type of entries that a command is for.
protocol EntryKind {
  static var type: RegistryType { get }
  /// What entries of the type hold beside their description, as it is changed.
  associatedtype Parts: EntryParts
  /// The same of a new one.
  associatedtype NewParts: EntryParts
}

/// Options that change an entry.
protocol EntryParts: ParsableArguments {
  /// Whether none of them says anything.
  var isEmpty: Bool { get }
  /// Changes what the options name, and leaves the rest.
  func apply(to entry: inout RegistryEntry) throws
}

extension EntryKind {
  static var noun: String { type.noun }
  /// `a project`, `an environment`.
  static var oneNoun: String { (type == .environment ? "an " : "a ") + noun }

  static func key(_ name: String) throws -> RegistryKey { try Parse.key(type, name) }
}

enum ProjectEntry: EntryKind {
  static let type = RegistryType.project
  typealias Parts = NoParts
  typealias NewParts = NoParts
}

enum EnvironmentEntry: EntryKind {
  static let type = RegistryType.environment
  typealias Parts = NoParts
  typealias NewParts = NoParts
}

enum MethodEntry: EntryKind {
  static let type = RegistryType.method
  typealias Parts = LinkParts
  typealias NewParts = NewLinkParts
}

enum ScopeSetEntry: EntryKind {
  static let type = RegistryType.scopeSet
  typealias Parts = MethodParts
  typealias NewParts = NewMethodParts
}

enum RoleEntry: EntryKind {
  static let type = RegistryType.role
  typealias Parts = GrantParts
  typealias NewParts = NewGrantParts
}

/// `tessera project`, `tessera environment` and so on.
struct EntryCommand<Kind: EntryKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Kind.noun, abstract: abstract,
      subcommands: [
        EntryCreateCommand<Kind>.self, EntryUpdateCommand<Kind>.self,
        EntryDeleteCommand<Kind>.self, EntryListCommand<Kind>.self, EntryGetCommand<Kind>.self,
      ])
  }

  private static var abstract: String {
    switch Kind.type {
    case .project: "The projects that tokens are for."
    case .environment: "The environments that tokens are for."
    case .method: "The methods of the product's API that tokens open."
    case .scopeSet: "Named lists of methods that tokens open."
    case .role: "Named lists of grants that users hold."
    }
  }
}

struct EntryCreateCommand<Kind: EntryKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "create", abstract: "Create \(Kind.oneNoun).")
  }

  @Argument(help: "Its name.")
  var name: String

  @Option(help: "What it is for.")
  var description = ""

  @OptionGroup var parts: Kind.NewParts
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { _ = try entry }

  var entry: RegistryEntry {
    get throws {
      var entry = RegistryEntry(try Kind.key(name))
      entry.description = description
      try parts.apply(to: &entry)
      return entry
    }
  }

  func run() async throws {
    let entry = try entry
    let created = try await connection.call { try await $0.createEntry(entry) }
    output.show(created)
  }
}

struct EntryUpdateCommand<Kind: EntryKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "update", abstract: "Change \(Kind.oneNoun).",
      discussion: "What no option says stays as it is.")
  }

  @Argument(help: "Its name.")
  var name: String

  @Option(help: "What it is for; '' for nothing.")
  var description: String?

  @OptionGroup var parts: Kind.Parts

  @Option(help: "Only if this is its version, as 'get' shows it.")
  var ifVersion: UInt32?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    _ = try Kind.key(name)
    guard description != nil || !parts.isEmpty else {
      throw ValidationError("say what is to change")
    }
  }

  func apply(to entry: inout RegistryEntry) throws {
    if let description { entry.description = description }
    try parts.apply(to: &entry)
  }

  func run() async throws {
    let key = try Kind.key(name)
    let changed = try await connection.session { session in
      try await Rewriting.untilUndisturbed(onlyOnce: ifVersion != nil) {
        var entry = try await session.call { try await $0.entry(key) }
        let version = ifVersion ?? entry.version
        try apply(to: &entry)
        let asked = entry
        return try await session.call { try await $0.updateEntry(asked, ifVersion: version) }
      }
    }
    output.show(changed)
  }
}

struct EntryGetCommand<Kind: EntryKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "get", abstract: "Show \(Kind.oneNoun).")
  }

  @Argument(help: "Its name.")
  var name: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { _ = try Kind.key(name) }

  func run() async throws {
    let key = try Kind.key(name)
    let entry = try await connection.call { try await $0.entry(key) }
    output.show(entry)
  }
}

struct EntryListCommand<Kind: EntryKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "list", abstract: "List every \(Kind.noun) that the caller may see.")
  }

  @Option(help: "Part of the name or the description, whatever the case.")
  var search = ""

  @OptionGroup var paging: PagingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  var request: ListEntriesRequest {
    var request = ListEntriesRequest(Kind.type)
    request.text = search
    return request
  }

  func run() async throws {
    try await connection.session { session in
      var writer = ListWriter<RegistryEntry>(output.format, of: "\(Kind.noun)s")
      try await paging.pages.run(request) { page in
        try await session.call { try await $0.listEntries(page) }
      } _: {
        writer.write($0)
      }
      writer.finish()
    }
  }
}

extension OutputOptions {
  func show(_ changed: ChangedEntry) {
    show(
      changed.entry.facts,
      .object([
        changed.entry.key.type.member: changed.entry.json,
        "revision": .number(changed.revision.rawValue),
      ]))
  }

  func show(_ deletion: Deletion) {
    show(
      [("revoked tokens", String(deletion.revokedTokens))],
      .object([
        "revoked_tokens": .number(UInt64(deletion.revokedTokens)),
        "revision": .number(deletion.revision.rawValue),
      ]))
  }
}
