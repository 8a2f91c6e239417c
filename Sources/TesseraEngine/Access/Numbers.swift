/// The number of a distinct set of rights; tokens that open the same share one.
struct AccessNumber: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt32
  init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Internal numbers of what operators name. They are never used again while the process lasts, so
/// that an id that is deleted and created anew brings no old token back. In a question 0 says that
/// nothing was asked, and `unknown` that what was asked does not exist.
public struct ProjectNumber: RawRepresentable, BitwiseCopyable, Hashable, Comparable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let none = ProjectNumber(rawValue: 0)
  public static let unknown = ProjectNumber(rawValue: .max)
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

public struct EnvironmentNumber: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static let none = EnvironmentNumber(rawValue: 0)
  public static let unknown = EnvironmentNumber(rawValue: .max)
}

/// The number of a method of the product's API.
public struct ProductMethodNumber: RawRepresentable, BitwiseCopyable, Hashable, Comparable,
  Sendable
{
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let none = ProductMethodNumber(rawValue: 0)
  public static let unknown = ProductMethodNumber(rawValue: .max)
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The number of someone who has an id. Who is removed and created anew has another.
struct UserNumber: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt32
  init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Nobody's.
  static let none = UserNumber(rawValue: 0)
}
