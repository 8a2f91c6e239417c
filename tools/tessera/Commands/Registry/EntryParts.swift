import ArgumentParser
import TesseraClient

/// What projects and environments hold beside their description: nothing.
struct NoParts: EntryParts {
  var isEmpty: Bool { true }
  func apply(to entry: inout RegistryEntry) {}
}

struct NewLinkParts: EntryParts {
  @Option(help: "Where it is documented, a URL.")
  var link: String?

  var isEmpty: Bool { link == nil }

  func apply(to entry: inout RegistryEntry) { entry.setLink(link) }
}

struct LinkParts: EntryParts {
  @Option(help: "Where it is documented, a URL; '' for nowhere.")
  var link: String?

  var isEmpty: Bool { link == nil }

  func apply(to entry: inout RegistryEntry) { entry.setLink(link) }
}

extension RegistryEntry {
  fileprivate mutating func setLink(_ link: String?) {
    guard case .method(var method) = self, let link else { return }
    method.link = link
    self = .method(method)
  }
}

struct NewMethodParts: EntryParts {
  @Option(help: "A method that it holds; repeat it for several.", transform: Parse.name)
  var method: [MethodName] = []

  var isEmpty: Bool { method.isEmpty }

  func apply(to entry: inout RegistryEntry) {
    guard case .scopeSet(var set) = entry else { return }
    set.methods = Set(method).sorted()
    entry = .scopeSet(set)
  }
}

struct MethodParts: EntryParts {
  @Option(
    help: "A method, instead of those that it holds; repeat it for several.", transform: Parse.name)
  var method: [MethodName] = []

  @Flag(help: "No methods, instead of those that it holds.")
  var noMethods = false

  @Option(help: "A method more; repeat it for several.", transform: Parse.name)
  var addMethod: [MethodName] = []

  @Option(help: "A method less; repeat it for several.", transform: Parse.name)
  var removeMethod: [MethodName] = []

  var isEmpty: Bool {
    method.isEmpty && !noMethods && addMethod.isEmpty && removeMethod.isEmpty
  }

  func validate() throws {
    guard method.isEmpty || !noMethods else {
      throw ValidationError("give --method or --no-methods, not both")
    }
  }

  func apply(to entry: inout RegistryEntry) {
    guard case .scopeSet(var set) = entry else { return }
    var methods = Set(method.isEmpty && !noMethods ? set.methods : method)
    methods.formUnion(addMethod)
    methods.subtract(removeMethod)
    set.methods = methods.sorted()
    entry = .scopeSet(set)
  }
}

struct NewGrantParts: EntryParts {
  @OptionGroup var grants: NewGrantOptions

  var isEmpty: Bool { grants.grant.isEmpty }

  func apply(to entry: inout RegistryEntry) throws {
    guard case .role(var role) = entry else { return }
    role.grants = try GrantList.changed([], adding: grants.grant)
    entry = .role(role)
  }
}

struct GrantParts: EntryParts {
  @OptionGroup var grants: GrantOptions

  @Option(help: "A grant more; repeat it for several.", transform: GrantText.parse)
  var addGrant: [Grant] = []

  @Option(help: "A grant less; repeat it for several.", transform: GrantText.parse)
  var removeGrant: [Grant] = []

  var isEmpty: Bool { grants.selection == nil && addGrant.isEmpty && removeGrant.isEmpty }

  func apply(to entry: inout RegistryEntry) throws {
    guard case .role(var role) = entry else { return }
    role.grants = try GrantList.changed(
      grants.selection ?? role.grants, adding: addGrant, removing: removeGrant)
    entry = .role(role)
  }
}

/// Grants of a user or a role that is made.
struct NewGrantOptions: ParsableArguments {
  @Option(
    help: """
      A grant, as in project=web,methods=a.b+c.d,sets=IDE Plugins,create-tokens,hide-tokens or \
      all-projects,methods=all or global,permissions=users.read+events.read; repeat it for several.
      """,
    completion: GrantText.places, transform: GrantText.parse)
  var grant: [Grant] = []
}

/// Grants instead of those that a user or a role has.
struct GrantOptions: ParsableArguments {
  @Option(
    help: """
      A grant, as in project=web,methods=a.b+c.d,sets=IDE Plugins,create-tokens,hide-tokens or \
      all-projects,methods=all or global,permissions=users.read+events.read; repeat it for \
      several. Instead of those that are there.
      """,
    completion: GrantText.places, transform: GrantText.parse)
  var grant: [Grant] = []

  @Flag(help: "No grants, instead of those that are there.")
  var noGrants = false

  func validate() throws {
    guard grant.isEmpty || !noGrants else {
      throw ValidationError("give --grant or --no-grants, not both")
    }
  }

  /// nil where nothing is said.
  var selection: [Grant]? { grant.isEmpty && !noGrants ? nil : grant }
}

enum GrantList {
  /// The grants with some more, and some less; each once.
  ///
  /// - Throws: where one that is to go is not there.
  static func changed(
    _ grants: [Grant], adding more: [Grant], removing less: [Grant] = []
  ) throws(CommandFailure) -> [Grant] {
    var changed = grants
    for grant in more where !changed.contains(where: { $0.normalised == grant.normalised }) {
      changed.append(grant)
    }
    for grant in less {
      guard let index = changed.firstIndex(where: { $0.normalised == grant.normalised }) else {
        throw CommandFailure(.no, "there is no grant '\(grant.text)'; 'get' shows those there are")
      }
      changed.remove(at: index)
    }
    return changed
  }
}

/// Changes that are made of what was read before.
enum Rewriting {
  private static let attempts = 5

  /// Reads and writes again where somebody else wrote in between.
  static func untilUndisturbed<Result>(
    onlyOnce: Bool, _ body: () async throws -> Result
  ) async throws -> Result {
    for _ in 1..<(onlyOnce ? 1 : attempts) {
      do {
        return try await body()
      } catch TesseraError.refused(let refusal) where refusal.code == .aborted {
        continue
      }
    }
    return try await body()
  }
}

extension RegistryEntry {
  /// A new entry that holds nothing yet.
  init(_ key: RegistryKey) {
    switch key {
    case .project(let id): self = .project(Project(id))
    case .environment(let id): self = .environment(Environment(id))
    case .method(let name): self = .method(ProductMethod(name))
    case .scopeSet(let name): self = .scopeSet(ScopeSet(name))
    case .role(let name): self = .role(Role(name))
    }
  }
}
