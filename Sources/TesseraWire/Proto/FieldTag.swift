/// How a field's value is laid out. Groups (3 and 4) are not among them: proto3 has none, and they
/// are refused.
public enum WireType: UInt8, Sendable {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case fixed32 = 5
}

/// What stands before a value: the field's number and its wire type.
public struct FieldTag: Equatable, Sendable {
  /// 1 to 536,870,911.
  public let number: UInt32
  public let wireType: WireType

  @inlinable
  public init(number: UInt32, wireType: WireType) {
    self.number = number
    self.wireType = wireType
  }

  /// The integer that is written, as a varint, before the value.
  @inlinable
  public var encoded: UInt64 { UInt64(number) << 3 | UInt64(wireType.rawValue) }
}
