import TesseraBytes
import TesseraModel

// What a token is for and what it may do: the messages of model.proto that are read straight into
// the model's types.

extension ProtoReader {
  /// A ProjectSelection. In a response, a member that this version does not know leaves it as it
  /// was.
  @_lifetime(self: copy self)
  public mutating func projects(
    _ tag: FieldTag, _ field: StaticString, into projects: inout ProjectSelection?
  ) throws(WireError) {
    var selection = projects
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: selection = .one(try reader.name(tag, "one"))
        case 2:
          var list: [ProjectID]? = if case .list(let sofar) = selection { sofar } else { nil }
          try reader.list(tag, "list", "projects", into: &list, atMost: Limits.projectsPerToken)
          selection = list.map(ProjectSelection.list)
        case 3:
          try reader.selector(tag, "all")
          selection = .all
        default: try reader.skip(tag)
        }
      }
    }
    if role == .request, selection == nil { throw .of(.noneSet, field) }
    projects = selection
  }

  /// A ScopeSelection, likewise.
  @_lifetime(self: copy self)
  public mutating func scopes(
    _ tag: FieldTag, _ field: StaticString, into scopes: inout ScopeSelection?
  ) throws(WireError) {
    var selection = scopes
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: try reader.scopeList(tag, "some", into: &selection)
        case 2:
          try reader.selector(tag, "all")
          selection = .all
        case 3:
          try reader.selector(tag, "kind_default")
          selection = .kindDefault
        default: try reader.skip(tag)
        }
      }
    }
    if role == .request, selection == nil { throw .of(.noneSet, field) }
    scopes = selection
  }

  @_lifetime(self: copy self)
  private mutating func scopeList(
    _ tag: FieldTag, _ field: StaticString, into scopes: inout ScopeSelection?
  ) throws(WireError) {
    var sets: [ScopeSetName] = []
    var methods: [MethodName] = []
    if case .some(.some(let earlierSets, let earlierMethods)) = scopes {
      (sets, methods) = (earlierSets, earlierMethods)
    }
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: try reader.append(tag, "sets", to: &sets, atMost: Limits.setsPerToken)
        case 2: try reader.append(tag, "methods", to: &methods, atMost: Limits.methodsPerToken)
        default: try reader.skip(tag)
        }
      }
    }
    if role == .request, sets.isEmpty, methods.isEmpty { throw .of(.empty, field) }
    scopes = .some(sets: sets, methods: methods)
  }

  /// A message that holds one list of names, as its field 1. In a request it holds one at least,
  /// unless it may be empty.
  @_lifetime(self: copy self)
  public mutating func list<Text: Name>(
    _ tag: FieldTag, _ field: StaticString, _ inner: StaticString, into names: inout [Text]?,
    atMost limit: Int, mayBeEmpty: Bool = false
  ) throws(WireError) {
    var list = names ?? []
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: try reader.append(tag, inner, to: &list, atMost: limit)
        default: try reader.skip(tag)
        }
      }
    }
    if role == .request, list.isEmpty, !mayBeEmpty { throw .of(.empty, field) }
    names = list
  }

  /// A KindList.
  @_lifetime(self: copy self)
  public mutating func kindList(
    _ tag: FieldTag, _ field: StaticString, into kinds: inout KindSet?
  ) throws(WireError) {
    var set = kinds ?? []
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: try reader.kinds(tag, "kinds", into: &set)
        default: try reader.skip(tag)
        }
      }
    }
    if role == .request, set.isEmpty { throw .of(.empty, field) }
    kinds = set
  }

  /// A message that holds one list of an enum's values, as its field 1, whose order says nothing.
  @_lifetime(self: copy self)
  mutating func set<Value: RawRepresentable<UInt8> & Hashable>(
    _ tag: FieldTag, _ field: StaticString, _ inner: StaticString, into values: inout Set<Value>?
  ) throws(WireError) {
    var named = values ?? []
    try inside(tag, field) { reader throws(WireError) in
      while let tag = try reader.next() {
        switch tag.number {
        case 1: try reader.enumerations(tag, inner, as: Value.self) { named.insert($0) }
        default: try reader.skip(tag)
        }
      }
    }
    if role == .request, named.isEmpty { throw .of(.empty, field) }
    values = named
  }
}

extension ByteBuffer {
  /// A ProjectSelection; nil is left out.
  public mutating func append(field number: UInt32, projects: ProjectSelection?) {
    guard let projects else { return }
    append(field: number) { message in
      switch projects {
      case .one(let project): message.append(field: 1, name: project)
      case .list(let list): message.append(field: 2, list: list)
      case .all: message.append(field: 3, bool: true)
      }
    }
  }

  /// A ScopeSelection; nil is left out.
  public mutating func append(field number: UInt32, scopes: ScopeSelection?) {
    guard let scopes else { return }
    append(field: number) { message in
      switch scopes {
      case .some(let sets, let methods):
        message.append(field: 1) { list in
          list.append(field: 1, names: sets)
          list.append(field: 2, names: methods)
        }
      case .all: message.append(field: 2, bool: true)
      case .kindDefault: message.append(field: 3, bool: true)
      }
    }
  }

  /// A message that holds one list of names; nil is left out, an empty list is not.
  public mutating func append(field number: UInt32, list: [some Name]?) {
    guard let list else { return }
    append(field: number) { $0.append(field: 1, names: list) }
  }

  /// A KindList; nil is left out, an empty list is not.
  public mutating func append(field number: UInt32, kindList: KindSet?) {
    guard let kindList else { return }
    append(field: number) { $0.append(field: 1, kinds: kindList) }
  }

  /// A message that holds one list of an enum's values, in order of their numbers; nil is left out,
  /// an empty list is not.
  mutating func append<Value: RawRepresentable<UInt8> & Hashable>(
    field number: UInt32, set: Set<Value>?
  ) {
    guard let set else { return }
    append(field: number) { $0.append(field: 1, packed: set.map(\.rawValue).sorted()) }
  }

  /// A packed list of enums' numbers, each less than 128; an empty one is left out.
  mutating func append(field number: UInt32, packed numbers: [UInt8]) {
    if numbers.isEmpty { return }
    append(field: number) { list in
      for number in numbers { list.append(number) }
    }
  }
}
