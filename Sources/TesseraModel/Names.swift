/// An id that an operator chose: of a project, an environment, a user, a scope set or a method.
///
/// 1 to `Limits.nameBytes` bytes of `[A-Za-z0-9._~-]` where a type says nothing else. Each
/// conforming type is its own kind of name, so that a project is never taken for an environment.
public protocol Name: Hashable, Comparable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  var text: String { get }
  init(unchecked text: String)
  /// Whether these bytes of UTF-8 make such a name.
  static func isValid(_ bytes: some Collection<UInt8>) -> Bool
}

/// A text that is no name of the kind that was asked for.
public struct InvalidName: Error, Equatable, CustomStringConvertible {
  public var description: String {
    "not a name: 1 to \(Limits.nameBytes) bytes of letters, digits and . _ ~ -"
  }
}

extension Name {
  /// A name that comes from outside. That it is none is an error and not nil, so that it cannot be
  /// taken for a question that was not asked.
  ///
  /// - Throws: where `text` is no such name.
  public init(_ text: String) throws(InvalidName) {
    guard Self.isValid(text.utf8) else { throw InvalidName() }
    self.init(unchecked: text)
  }

  /// A name that the program holds.
  ///
  /// - Precondition: it is one.
  public init(stringLiteral text: String) {
    precondition(Self.isValid(text.utf8), "'\(text)' is not a name")
    self.init(unchecked: text)
  }

  public var description: String { text }

  public static func < (a: Self, b: Self) -> Bool { a.text < b.text }

  public static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    (1...Limits.nameBytes).contains(bytes.count) && bytes.allSatisfy(isNameByte)
  }
}

public struct ProjectID: Name {
  public let text: String
  public init(unchecked text: String) { self.text = text }

  /// What a project must not be called, since values begin with it.
  public static let reserved: Set<String> = ["user", "service"]
}

public struct EnvironmentID: Name {
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

public struct UserID: Name {
  public let text: String
  public init(unchecked text: String) { self.text = text }
}

/// A set's name is for people too, so it may hold anything printable: `IDE Plugins`.
public struct ScopeSetName: Name {
  public let text: String
  public init(unchecked text: String) { self.text = text }

  public static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    (1...Limits.nameBytes).contains(bytes.count) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
  }
}

/// A role's name is for people too: `Release Manager`.
public struct RoleName: Name {
  public let text: String
  public init(unchecked text: String) { self.text = text }

  public static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    ScopeSetName.isValid(bytes)
  }
}

/// A method of the product's own API: `environment.control.stop`.
public struct MethodName: Name {
  public let text: String
  public init(unchecked text: String) { self.text = text }
}
