/// A method of the RPC port. The numbers are part of the wire contract and are never reused.
public enum Method: UInt16, CaseIterable, Sendable {
  case authenticate = 1
  case issue = 2
  case validate = 3
  case validateBatch = 4
  case revoke = 5
  case list = 6
  case get = 7
  case update = 8
  case regenerate = 9
  case watch = 10
  case importTokens = 11
  case listEvents = 12
  case whoAmI = 13
  case purge = 14
  case createUser = 20
  case updateUser = 21
  case deleteUser = 22
  case getUser = 23
  case listUsers = 24
  case setPassword = 25
  case createEntry = 30
  case updateEntry = 31
  case deleteEntry = 32
  case getEntry = 33
  case listEntries = 34
  case health = 40
  case stats = 41
  case snapshot = 42
  case beginBackup = 43
  case readBackup = 44
  case endBackup = 45
}
