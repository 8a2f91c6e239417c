import TesseraModel

/// What operators have named, and the numbers that stand for names.
///
/// A name gets a number when anything first names it, whether or not there is such an entry yet,
/// and keeps it until the entry is removed. So what was compiled before an entry came is right once
/// it is there. Recovery needs this: a snapshot is taken while changes go on, and may name entries
/// that only the journal after it adds. No question carries the number of a name that was removed,
/// so what was compiled with it opens nothing by it.
struct Registry {
  private(set) var entries: [RegistryKey: RegistryEntry] = [:]
  private var order: [RegistryType: SortedNames<String>] = [:]

  private var projects = NumberedNames<ProjectID>(highest: ProjectNumber.unknown.rawValue - 1)
  private var environments = NumberedNames<EnvironmentID>(
    highest: UInt32(EnvironmentNumber.unknown.rawValue) - 1)
  private var methods = NumberedNames<MethodName>(highest: ProductMethodNumber.unknown.rawValue - 1)
  /// The sets' methods, sorted.
  private var sets: [ScopeSetName: [ProductMethodNumber]] = [:]

  /// The tables that readers were given; nil where a new one must be made.
  private var tables: (projects: NameTable?, environments: NameTable?, methods: NameTable?) =
    (nil, nil, nil)
  /// Whether readers still see an older directory.
  private(set) var isDirty = true

  subscript(key: RegistryKey) -> RegistryEntry? { entries[key] }

  func count(_ type: RegistryType) -> Int { order[type]?.count ?? 0 }

  /// Up to `limit` entries whose names follow `name`, from the first where it is nil, in order.
  func entries(_ type: RegistryType, after name: String?, limit: Int) -> [RegistryEntry] {
    let names = order[type]?.names(after: name, limit: limit) ?? []
    return names.map { name in
      guard let entry = entries[RegistryKey(type, unchecked: name)] else {
        preconditionFailure("the order names an entry that is not there")
      }
      return entry
    }
  }

  /// The entry is as it says. Returns it as it was.
  mutating func put(_ entry: RegistryEntry) -> RegistryEntry? {
    let key = entry.key
    let before = entries.updateValue(entry, forKey: key)
    if before == nil { order[key.type, default: SortedNames()].insert(key.text) }
    switch entry {
    case .project(let project): _ = number(naming: project.id)
    case .environment(let environment): _ = number(naming: environment.id)
    case .method(let method): _ = number(naming: method.name)
    case .scopeSet(let set): sets[set.name] = set.methods.map { number(naming: $0) }.sorted()
    case .role: break
    }
    if before == nil { forgetTable(of: key.type) }
    return before
  }

  /// The entry is no more, and its name's number stands for nothing.
  mutating func remove(_ key: RegistryKey) {
    if entries.removeValue(forKey: key) != nil {
      order[key.type]?.remove(key.text)
      forgetTable(of: key.type)
    }
    switch key {
    case .project(let id): projects.remove(id)
    case .environment(let id): if environments.remove(id) { forgetTable(of: .environment) }
    case .method(let name): methods.remove(name)
    case .scopeSet(let name): sets[name] = nil
    case .role: break
    }
  }

  private mutating func forgetTable(of type: RegistryType) {
    switch type {
    case .project: tables.projects = nil
    case .environment: tables.environments = nil
    case .method: tables.methods = nil
    case .scopeSet, .role: return
    }
    isDirty = true
  }

  /// What readers are to see now.
  mutating func directory() -> Directory {
    let projects =
      tables.projects ?? NameTable(listed(.project) { self.projects[ProjectID(unchecked: $0)] })
    let environments =
      tables.environments
      ?? NameTable(listed(.environment) { self.environments[EnvironmentID(unchecked: $0)] })
    let methods =
      tables.methods ?? NameTable(listed(.method) { self.methods[MethodName(unchecked: $0)] })
    tables = (projects, environments, methods)
    isDirty = false
    return Directory(
      projects: projects, environments: environments, methods: methods,
      environmentNames: Dictionary(
        uniqueKeysWithValues: self.environments.all.map {
          (EnvironmentNumber(rawValue: UInt16($0.value)), $0.key)
        }))
  }

  private func listed(
    _ type: RegistryType, _ number: (String) -> UInt32?
  ) -> [(name: String, number: UInt32)] {
    (order[type]?.names(after: nil, limit: .max) ?? []).compactMap { name in
      number(name).map { (name, $0) }
    }
  }
}

// MARK: Numbers

extension Registry {
  func number(of project: ProjectID) -> ProjectNumber {
    projects[project].map { ProjectNumber(rawValue: $0) } ?? .unknown
  }

  func number(of environment: EnvironmentID) -> EnvironmentNumber {
    environments[environment].map { EnvironmentNumber(rawValue: UInt16($0)) } ?? .unknown
  }

  func number(of method: MethodName) -> ProductMethodNumber {
    methods[method].map { ProductMethodNumber(rawValue: $0) } ?? .unknown
  }
}

/// The same, where the name gets a number if it has none.
extension Registry {
  mutating func number(naming project: ProjectID) -> ProjectNumber {
    projects.number(naming: project).map { ProjectNumber(rawValue: $0) } ?? .unknown
  }

  mutating func number(naming environment: EnvironmentID) -> EnvironmentNumber {
    if environments[environment] == nil { isDirty = true }
    let number = environments.number(naming: environment)
    return number.map { EnvironmentNumber(rawValue: UInt16($0)) } ?? .unknown
  }

  mutating func number(naming method: MethodName) -> ProductMethodNumber {
    methods.number(naming: method).map { ProductMethodNumber(rawValue: $0) } ?? .unknown
  }

  /// The methods of the product's API that are selected, sorted; nil is all of them.
  ///
  /// - Parameter kind: whose default it may be; nil where there is none, and nothing is selected
  ///   then.
  mutating func methods(
    _ scopes: ScopeSelection, of kind: TokenKind?
  ) -> [ProductMethodNumber]? {
    switch scopes {
    case .all: return nil
    case .kindDefault: return defaultMethods(of: kind)
    case .some(let sets, let methods):
      var numbers = methods.map { number(naming: $0) }
      for set in sets { numbers += self.sets[set] ?? [] }
      return sets.isEmpty && methods.count == 1 ? numbers : Set(numbers).sorted()
    }
  }

  /// The same, where names that are not there stand for nothing.
  func knownMethods(
    _ scopes: ScopeSelection, of kind: TokenKind?
  ) -> [ProductMethodNumber]? {
    switch scopes {
    case .all: nil
    case .kindDefault: defaultMethods(of: kind)
    case .some(let sets, let methods):
      methods.map { number(of: $0) }.filter { $0 != .unknown }
        + sets.flatMap { self.sets[$0] ?? [] }
    }
  }

  /// What tokens of a kind open that name no scopes, sorted; nil is all methods.
  private func defaultMethods(of kind: TokenKind?) -> [ProductMethodNumber]? {
    switch kind {
    case .admin, .personal: nil
    case .client: sets[.client] ?? []
    case .frontend: sets[.frontend] ?? []
    case .service, .proxyKey, nil: []
    }
  }

  /// Whether there is a number for a new entry: none is given twice.
  func hasNumber(for key: RegistryKey) -> Bool {
    switch key {
    case .project(let id): projects.hasNumber(for: id)
    case .environment(let id): environments.hasNumber(for: id)
    case .method(let name): methods.hasNumber(for: name)
    case .scopeSet, .role: true
    }
  }

  /// nil for `none`, `unknown`, and a project that was removed.
  func name(of project: ProjectNumber) -> ProjectID? { projects.name(of: project.rawValue) }

  /// nil for `none`, `unknown`, and an environment that was removed.
  func name(of environment: EnvironmentNumber) -> EnvironmentID? {
    environments.name(of: UInt32(environment.rawValue))
  }
}

/// Numbers for names, from 1 up, none of which is given twice.
private struct NumberedNames<ID: Name> {
  let highest: UInt32
  private(set) var all: [ID: UInt32] = [:]
  private var names: [UInt32: ID] = [:]
  private var last: UInt32 = 0

  init(highest: UInt32) { self.highest = highest }

  subscript(name: ID) -> UInt32? { all[name] }

  func name(of number: UInt32) -> ID? { names[number] }

  func hasNumber(for name: ID) -> Bool { all[name] != nil || last < highest }

  /// nil where no number is left.
  mutating func number(naming name: ID) -> UInt32? {
    if let number = all[name] { return number }
    guard last < highest else { return nil }
    last += 1
    all[name] = last
    names[last] = name
    return last
  }

  @discardableResult
  mutating func remove(_ name: ID) -> Bool {
    guard let number = all.removeValue(forKey: name) else { return false }
    names[number] = nil
    return true
  }
}
