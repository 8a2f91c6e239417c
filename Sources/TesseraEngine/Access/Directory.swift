import TesseraModel

/// The registry as readers see it: the numbers of names as they stand in a request, and the names
/// of environments. Immutable; the ledger publishes another when the registry has changed.
final class Directory: Sendable {
  let projects: NameTable
  let environments: NameTable
  let methods: NameTable
  private let environmentNames: [EnvironmentNumber: EnvironmentID]

  init(
    projects: NameTable, environments: NameTable, methods: NameTable,
    environmentNames: [EnvironmentNumber: EnvironmentID]
  ) {
    self.projects = projects
    self.environments = environments
    self.methods = methods
    self.environmentNames = environmentNames
  }

  /// nil for `none`, `unknown`, and an environment that was removed.
  func name(of environment: EnvironmentNumber) -> EnvironmentID? { environmentNames[environment] }
}

/// Names as they stand in a request, without a copy. Within an epoch.
extension EngineReader {
  /// `unknown` where there is no such project.
  public func project(_ name: borrowing RawSpan) -> ProjectNumber {
    ProjectNumber(rawValue: find(name, in: { $0.projects }) ?? ProjectNumber.unknown.rawValue)
  }

  /// `unknown` where there is no such environment.
  public func environment(_ name: borrowing RawSpan) -> EnvironmentNumber {
    guard let number = find(name, in: { $0.environments }) else { return .unknown }
    return EnvironmentNumber(rawValue: UInt16(truncatingIfNeeded: number))
  }

  /// `unknown` where there is no such method of the product's API.
  public func method(_ name: borrowing RawSpan) -> ProductMethodNumber {
    ProductMethodNumber(
      rawValue: find(name, in: { $0.methods }) ?? ProductMethodNumber.unknown.rawValue)
  }

  func number(of project: ProjectID) -> ProjectNumber {
    let bytes = Array(project.text.utf8)
    return unsafe self.project(bytes.span.bytes)
  }

  func name(of environment: EnvironmentNumber) -> EnvironmentID? {
    shared.directory.withObject { $0.name(of: environment) }
  }

  @inline(__always)
  private func find(
    _ name: borrowing RawSpan, in table: (Directory) -> NameTable
  ) -> UInt32? {
    let name = copy name
    return shared.directory.withObject { table($0).find(name) }
  }
}
