import TesseraModel

/// What operators have named, and the numbers that stand for it: projects, environments, the methods
/// of the product's API, and the sets of them.
public final class Directory: Sendable {
  let projectTable: NameTable
  let environmentTable: NameTable
  let methodTable: NameTable

  let projects: [ProjectID: ProjectNumber]
  let environments: [EnvironmentID: EnvironmentNumber]
  /// By number, the first of which is 1.
  let environmentNames: [EnvironmentID]
  let methods: [MethodName: ProductMethodNumber]
  let sets: [ScopeSetName: [ProductMethodNumber]]
  let builtInSets: [TokenKind: [ProductMethodNumber]]

  init(
    projects: [ProjectID], environments: [EnvironmentID], methods: [MethodName],
    sets: [ScopeSetName: [MethodName]], builtInSets: [TokenKind: [MethodName]]
  ) {
    func numbered<Key: Name>(_ names: [Key]) -> [(key: Key, number: UInt32)] {
      names.enumerated().map { ($0.element, UInt32($0.offset) + 1) }
    }
    let (projects, numberedEnvironments, numberedMethods) = (
      numbered(projects), numbered(environments), numbered(methods)
    )
    projectTable = NameTable(projects.map { ($0.key.text, $0.number) })
    environmentTable = NameTable(numberedEnvironments.map { ($0.key.text, $0.number) })
    methodTable = NameTable(numberedMethods.map { ($0.key.text, $0.number) })
    self.projects = Dictionary(
      uniqueKeysWithValues: projects.map { ($0.key, ProjectNumber(rawValue: $0.number)) })
    self.environments = Dictionary(
      uniqueKeysWithValues: numberedEnvironments.map {
        ($0.key, EnvironmentNumber(rawValue: UInt16($0.number)))
      })
    environmentNames = environments
    let methodNumbers = Dictionary(
      uniqueKeysWithValues: numberedMethods.map {
        ($0.key, ProductMethodNumber(rawValue: $0.number))
      })
    self.methods = methodNumbers
    self.sets = sets.mapValues { $0.compactMap { methodNumbers[$0] } }
    self.builtInSets = builtInSets.mapValues { $0.compactMap { methodNumbers[$0] } }
  }

  /// What a new authority has (SEMANTICS: the registry; the sets' names are the third source's, the
  /// built-in methods are what the first source says CLIENT and FRONTEND tokens are for).
  public static let builtIn: Directory = {
    func method(_ text: String) -> MethodName { MethodName(unchecked: text) }
    let read = method("features.read")
    let evaluate = method("features.evaluate")
    let register = method("applications.register")
    let report = method("metrics.send")
    let sets = ["Extended Access", "IDE Plugins", "Marketplace", "Maven Plugin"]
    return Directory(
      projects: [ProjectID(unchecked: "default")],
      environments: ["development", "production"].map { EnvironmentID(unchecked: $0) },
      methods: [read, evaluate, register, report],
      sets: Dictionary(uniqueKeysWithValues: sets.map { (ScopeSetName(unchecked: $0), []) }),
      builtInSets: [
        .client: [read, register, report], .frontend: [evaluate, register, report],
      ])
  }()

  /// nil for `none`, and for `unknown`, which no token of this directory has.
  func name(of environment: EnvironmentNumber) -> EnvironmentID? {
    let index = Int(environment.rawValue) - 1
    return environmentNames.indices.contains(index) ? environmentNames[index] : nil
  }

  // Names as they stand in a request, without a copy.

  public func project(_ name: borrowing RawSpan) -> ProjectNumber {
    projectTable.find(name).map { ProjectNumber(rawValue: $0) } ?? .unknown
  }

  public func environment(_ name: borrowing RawSpan) -> EnvironmentNumber {
    environmentTable.find(name).map {
      EnvironmentNumber(rawValue: UInt16(truncatingIfNeeded: $0))
    } ?? .unknown
  }

  public func method(_ name: borrowing RawSpan) -> ProductMethodNumber {
    methodTable.find(name).map { ProductMethodNumber(rawValue: $0) } ?? .unknown
  }
}
