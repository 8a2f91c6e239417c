import TesseraModel

public struct CreateUserCommand: Sendable {
  public var id: UserID
  public var name = ""
  public var password: PasswordHash?
  public var isAdmin = false
  public var isDisabled = false
  public var grants: [Grant] = []
  public var roles: [RoleName] = []

  public init(_ id: UserID) { self.id = id }
}

/// A change to a user who exists; what is nil stays as it is.
public struct UpdateUserCommand: Sendable {
  public var id: UserID
  /// The version that the change was made for.
  public var ifVersion: UInt32?
  public var name: String?
  public var isAdmin: Bool?
  public var isDisabled: Bool?
  public var grants: [Grant]?
  public var roles: [RoleName]?

  public init(_ id: UserID) { self.id = id }
}
