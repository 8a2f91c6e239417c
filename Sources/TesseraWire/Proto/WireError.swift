import TesseraModel

/// A message that does not parse, or holds what its schema does not allow: the peer's fault.
///
/// Never holds bytes of the message, so it can be sent back and logged.
public struct WireError: Error, Equatable, Sendable {
  public enum Reason: String, CaseIterable, Sendable {
    /// A value, or the length before it, runs past the end of its message.
    case truncated = "ends before its value does"
    /// A varint of more than 10 bytes, or of more than 64 bits.
    case overlongVarint = "has a varint that is longer than 10 bytes or does not fit 64 bits"
    /// A tag of more than 5 bytes, or a field number that is 0 or beyond 29 bits.
    case badTag = "has a tag whose field number is not 1 to 536870911"
    /// A group or an undefined wire type.
    case badWireType = "has a wire type that proto3 does not use"
    /// A field of the schema with a wire type that is not its own.
    case wrongWireType = "has another wire type than its type in the schema asks for"
    case notUTF8 = "is not valid UTF-8"
    case tooDeep = "is nested deeper than messages may be"
    case tooMany = "holds more elements than are allowed"
    /// An enum's number that this version does not know, or 0 where a value must be named.
    case unknownEnum = "is not one of the enum's values"
    /// A time that its well-known type does not allow.
    case outOfRange = "is out of the range of its type"
    /// A token id that is not 16 bytes long.
    case badTokenID = "is not a token id of 16 bytes"
    /// A name that is empty, too long, or holds a byte that names do not have.
    case badName = "is not a name of 1 to 100 bytes of [A-Za-z0-9._~-]"
    /// A name that people read, a scope set's or a role's, that is empty, too long, or holds a
    /// control character.
    case badTitle = "is not a name of 1 to 100 bytes without control characters"
    case badDigest = "is not a SHA-256 of 32 bytes"
    /// A message that is there, and of whose members one must be set.
    case noneSet = "must have one of its members set"
    /// A field of a registry's entry that entries of another type have.
    case notOfType = "is not a field of entries of this type"
    /// A list that is there, and has no element.
    case empty = "must not be empty where it is given"
    /// On disk, where nothing may be skipped: a field that the schema does not have.
    case unknownField = "is not known to this version"
    /// On disk: a field that every message of its type has.
    case missing = "is missing"
    /// A bool that selects by being there, and is false.
    case mustBeTrue = "must be true where it is given"
  }

  public var reason: Reason
  /// The path of the field at fault, `requests[2].project`; empty where it is the message itself.
  public var field: String

  public init(_ reason: Reason, field: String = "") {
    self.reason = reason
    self.field = field
  }

  /// The same error, seen from the message that holds the one at fault as its field `outer`.
  public func inside(_ outer: String) -> WireError {
    WireError(reason, field: field.isEmpty ? outer : "\(outer).\(field)")
  }

  /// The answer to the call whose request this was.
  public var refusal: Refusal {
    Refusal(.invalidArgument, description, field: field)
  }
}

extension WireError: CustomStringConvertible {
  public var description: String {
    "\(field.isEmpty ? "the message" : "field '\(field)'") \(reason.rawValue)"
  }
}

// Errors are made out of line, so that the paths that do not fail stay small.
extension WireError {
  @usableFromInline @inline(never)
  static func of(_ reason: Reason, _ field: StaticString) -> WireError {
    WireError(reason, field: field.description)
  }

  @usableFromInline @inline(never)
  func inside(_ outer: StaticString, index: Int) -> WireError {
    inside("\(outer)[\(index)]")
  }
}
