import COracle

/// libprotobuf-c's opinion of one message of `Protos/`.
struct Oracle: Sendable, CustomStringConvertible {
  let index: Int
  /// Without the package: `ValidateRequest`.
  let name: String
  let fields: [OracleMessageField]

  /// Whether it, or what holds it, asks for something.
  var isRequest: Bool { name.hasSuffix("Request") }

  var description: String { name }

  static let all: [Oracle] = (0..<oracle_message_count()).map(Oracle.init)

  static func named(_ name: String) -> Oracle {
    guard let found = all.first(where: { $0.name == name }) else {
      preconditionFailure("Protos/ has no message \(name)")
    }
    return found
  }

  private init(index: Int) {
    self.index = index
    let qualified = unsafe String(cString: oracle_message_name(index))
    name = String(qualified.split(separator: ".").last ?? "")
    fields = (0..<oracle_field_count(index)).map {
      unsafe OracleMessageField(oracle_field(index, $0))
    }
  }

  /// The bytes, unpacked and packed again; nil where they are refused.
  func repack(_ bytes: [UInt8]) -> [UInt8]? {
    var packed = unsafe OracleBytes()
    guard unsafe oracle_repack(index, bytes, bytes.count, &packed) else { return nil }
    defer { unsafe oracle_free(&packed) }
    return unsafe Array(UnsafeBufferPointer(start: packed.bytes, count: packed.count))
  }

  /// The fields that libprotobuf-c finds set, as text; nil where the bytes are refused.
  func describe(_ bytes: [UInt8]) -> String? {
    var text = unsafe OracleBytes()
    guard unsafe oracle_describe(index, bytes, bytes.count, &text) else { return nil }
    defer { unsafe oracle_free(&text) }
    let read = unsafe UnsafeBufferPointer(start: text.bytes, count: text.count)
    return unsafe String(decoding: read, as: UTF8.self)
  }
}

struct OracleMessageField: Sendable {
  enum Kind: Sendable {
    case uint64, uint32, int64, int32, bool, string, bytes
    case enumeration(greatest: Int)
    case message(Int)
  }

  let name: String
  let number: UInt32
  let kind: Kind
  let isRepeated: Bool
  /// The same for all members of a oneof; nil in none.
  let oneof: UInt32?

  init(_ field: OracleField) {
    name = unsafe String(cString: field.name)
    number = unsafe field.number
    isRepeated = unsafe field.repeated
    oneof = unsafe field.oneof == 0 ? nil : field.oneof
    kind =
      switch unsafe field.type {
      case ORACLE_UINT64: .uint64
      case ORACLE_UINT32: .uint32
      case ORACLE_INT64: .int64
      case ORACLE_INT32: .int32
      case ORACLE_BOOL: .bool
      case ORACLE_STRING: .string
      case ORACLE_BYTES: .bytes
      case ORACLE_ENUM: .enumeration(greatest: unsafe Int(field.greatest_enum))
      default: .message(unsafe Int(field.message))
      }
  }
}
