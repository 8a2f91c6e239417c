/// Something that operators name, and that tokens and users refer to by that name.
///
/// No name is ever left behind: what is removed is taken out of everything that named it in the
/// same change, so that an id that is deleted and created anew brings nothing back.
public enum RegistryEntry: Hashable, Sendable {
  case project(Project)
  case environment(Environment)
  case method(ProductMethod)
  case scopeSet(ScopeSet)
  case role(Role)

  public struct Project: Hashable, Sendable {
    public var id: ProjectID
    public var description: String
    public var version: UInt32

    public init(_ id: ProjectID, description: String = "", version: UInt32 = 1) {
      self.id = id
      self.description = description
      self.version = version
    }
  }

  public struct Environment: Hashable, Sendable {
    public var id: EnvironmentID
    public var description: String
    public var version: UInt32

    public init(_ id: EnvironmentID, description: String = "", version: UInt32 = 1) {
      self.id = id
      self.description = description
      self.version = version
    }
  }

  /// A method of the product's own API.
  public struct ProductMethod: Hashable, Sendable {
    public var name: MethodName
    public var description: String
    /// Where it is documented; empty or a URL.
    public var link: String
    public var version: UInt32

    public init(
      _ name: MethodName, description: String = "", link: String = "", version: UInt32 = 1
    ) {
      self.name = name
      self.description = description
      self.link = link
      self.version = version
    }
  }

  public struct ScopeSet: Hashable, Sendable {
    public var name: ScopeSetName
    public var description: String
    /// Sorted and without repetition.
    public var methods: [MethodName]
    public var version: UInt32

    public init(
      _ name: ScopeSetName, description: String = "", methods: [MethodName] = [],
      version: UInt32 = 1
    ) {
      self.name = name
      self.description = description
      self.methods = methods
      self.version = version
    }
  }

  /// A named list of grants.
  public struct Role: Hashable, Sendable {
    public var name: RoleName
    public var description: String
    public var grants: [Grant]
    public var version: UInt32

    public init(
      _ name: RoleName, description: String = "", grants: [Grant] = [], version: UInt32 = 1
    ) {
      self.name = name
      self.description = description
      self.grants = grants
      self.version = version
    }
  }

  public var key: RegistryKey {
    switch self {
    case .project(let project): .project(project.id)
    case .environment(let environment): .environment(environment.id)
    case .method(let method): .method(method.name)
    case .scopeSet(let set): .scopeSet(set.name)
    case .role(let role): .role(role.name)
    }
  }

  public var description: String {
    get {
      switch self {
      case .project(let project): project.description
      case .environment(let environment): environment.description
      case .method(let method): method.description
      case .scopeSet(let set): set.description
      case .role(let role): role.description
      }
    }
    set {
      switch self {
      case .project(var project):
        project.description = newValue
        self = .project(project)
      case .environment(var environment):
        environment.description = newValue
        self = .environment(environment)
      case .method(var method):
        method.description = newValue
        self = .method(method)
      case .scopeSet(var set):
        set.description = newValue
        self = .scopeSet(set)
      case .role(var role):
        role.description = newValue
        self = .role(role)
      }
    }
  }

  /// Begins at 1 and grows by one with every change.
  public var version: UInt32 {
    get {
      switch self {
      case .project(let project): project.version
      case .environment(let environment): environment.version
      case .method(let method): method.version
      case .scopeSet(let set): set.version
      case .role(let role): role.version
      }
    }
    set {
      switch self {
      case .project(var project):
        project.version = newValue
        self = .project(project)
      case .environment(var environment):
        environment.version = newValue
        self = .environment(environment)
      case .method(var method):
        method.version = newValue
        self = .method(method)
      case .scopeSet(var set):
        set.version = newValue
        self = .scopeSet(set)
      case .role(var role):
        role.version = newValue
        self = .role(role)
      }
    }
  }
}

/// Which entry of the registry.
public enum RegistryKey: Hashable, Sendable {
  case project(ProjectID)
  case environment(EnvironmentID)
  case method(MethodName)
  case scopeSet(ScopeSetName)
  case role(RoleName)

  /// - Parameter text: that of such an entry's key.
  public init(_ type: RegistryType, unchecked text: String) {
    switch type {
    case .project: self = .project(ProjectID(unchecked: text))
    case .environment: self = .environment(EnvironmentID(unchecked: text))
    case .method: self = .method(MethodName(unchecked: text))
    case .scopeSet: self = .scopeSet(ScopeSetName(unchecked: text))
    case .role: self = .role(RoleName(unchecked: text))
    }
  }

  public var type: RegistryType {
    switch self {
    case .project: .project
    case .environment: .environment
    case .method: .method
    case .scopeSet: .scopeSet
    case .role: .role
    }
  }

  public var text: String {
    switch self {
    case .project(let id): id.text
    case .environment(let id): id.text
    case .method(let name): name.text
    case .scopeSet(let name): name.text
    case .role(let name): name.text
    }
  }
}

/// The kinds of entries. The numbers are those of `tessera.v1.RegistryType`.
public enum RegistryType: UInt8, CaseIterable, Sendable {
  case project = 1
  case environment = 2
  case method = 3
  case scopeSet = 4
  case role = 5

  /// What commands call it: `scope-set`.
  public var noun: String {
    switch self {
    case .project: "project"
    case .environment: "environment"
    case .method: "method"
    case .scopeSet: "scope-set"
    case .role: "role"
    }
  }
}

extension ScopeSetName {
  /// What CLIENT and FRONTEND tokens open that name no scopes: sets that can be changed and not
  /// removed.
  public static let client: ScopeSetName = "CLIENT"
  public static let frontend: ScopeSetName = "FRONTEND"

  public var isBuiltIn: Bool { self == .client || self == .frontend }
}
