import TesseraModel

/// Makes random messages from libprotobuf-c's descriptors: the bytes, and the text that its
/// description of them must have. Values are those the protocol allows, edges often.
///
/// The bytes are written here in a few lines of their own, so that neither codec is judged by
/// itself.
struct Generator {
  var random: RandomBits
  private var isRequest = false

  init(seed: UInt64) { random = RandomBits(seed: seed) }

  struct Made {
    var bytes: [UInt8] = []
    var text = ""
  }

  mutating func make(_ oracle: Oracle) -> Made {
    let partsOfRequests = ["CallContext", "ImportedToken", "Password", "RevokeFilter"]
    isRequest = oracle.isRequest || partsOfRequests.contains(oracle.name)
    return message(oracle, depth: 0)
  }

  private mutating func message(_ oracle: Oracle, depth: Int) -> Made {
    switch oracle.name {
    case "Timestamp": return time(seconds: -62_135_596_800...253_402_300_799, isDuration: false)
    case "Duration": return time(seconds: -315_576_000_000...315_576_000_000, isDuration: true)
    default: break
    }
    var made = Made()
    let members = chosenMembers(oracle)
    // Whatever a list message holds must not be empty in a request, but for those that take away.
    let mayBeEmpty = ["GrantList", "RoleList"].contains(oracle.name)
    let isList = oracle.name.hasSuffix("List") || oracle.name == "TokenIds"
    let needsOne = isRequest && isList && !mayBeEmpty
    for field in oracle.fields {
      if let oneof = field.oneof, members[oneof] != field.number { continue }
      if !Generator.isOfType(field, of: oracle, after: made) { continue }
      let isNeeded = needsOne || Generator.needed[oracle.name] == field.name
      if field.isRepeated {
        repeated(field, of: oracle, atLeast: needsOne ? 1 : 0, depth: depth, into: &made)
      } else if field.oneof != nil || isNeeded || !random.once(in: 3) {
        single(field, of: oracle, depth: depth, into: &made)
      }
    }
    return made
  }

  /// What a message says nothing without, and is left out of a list.
  private static let needed = [
    "ActingUser": "user", "PermissionGrant": "permission", "RegistryEntry": "key",
  ]

  /// Whether a field of a RegistryEntry is one of its type's, which its key was written to say.
  private static func isOfType(
    _ field: OracleMessageField, of oracle: Oracle, after made: Made
  ) -> Bool {
    guard oracle.name == "RegistryEntry" else { return true }
    return switch field.name {
    case "link": made.text.hasPrefix(" key { method:")
    case "methods": made.text.hasPrefix(" key { scope_set:")
    case "grants": made.text.hasPrefix(" key { role:")
    default: true
    }
  }

  /// One member of each oneof, or none where none is allowed.
  private mutating func chosenMembers(_ oracle: Oracle) -> [UInt32: UInt32] {
    let chosenOnes = ["Actor", "Grant", "ProjectSelection", "RegistryKey", "ScopeSelection"]
    let mustChoose = chosenOnes.contains(oracle.name)
    var chosen: [UInt32: UInt32] = [:]
    for (oneof, members) in Dictionary(
      grouping: oracle.fields.filter { $0.oneof != nil }, by: \.oneof)
    {
      guard let oneof, mustChoose || !random.once(in: 4) else { continue }
      chosen[oneof] = members[random.pick(0..<members.count)].number
    }
    return chosen
  }

  private mutating func single(
    _ field: OracleMessageField, of oracle: Oracle, depth: Int, into made: inout Made
  ) {
    let value = value(field, of: oracle, depth: depth)
    if value.isDefault, field.oneof == nil { return }
    made.bytes += varint(UInt64(field.number) << 3 | value.wireType) + value.bytes
    made.text += " \(field.name)\(value.text)"
  }

  private mutating func repeated(
    _ field: OracleMessageField, of oracle: Oracle, atLeast least: Int, depth: Int,
    into made: inout Made
  ) {
    if case .enumeration(let greatest) = field.kind {
      // Kept as a set: each once, in order.
      var numbers = (1...greatest).filter { _ in random.once(in: 2) }
      if numbers.count < least { numbers = [1] }
      if numbers.isEmpty { return }
      made.bytes += varint(UInt64(field.number) << 3 | 2) + varint(UInt64(numbers.count))
      for number in numbers {
        made.bytes += varint(UInt64(number))
        made.text += " \(field.name): \(number)"
      }
      return
    }
    let most = random.once(in: 20) && depth < 2 ? 16 : 4
    for _ in 0..<random.pick(least..<max(most, least + 1)) {
      // Not a permission without a number: it would be dropped.
      let value = value(field, of: oracle, depth: depth)
      made.bytes += varint(UInt64(field.number) << 3 | value.wireType) + value.bytes
      made.text += " \(field.name)\(value.text)"
    }
  }
}

// Values.
extension Generator {
  struct Value {
    var wireType: UInt64 = 0
    /// With the length, where there is one.
    var bytes: [UInt8]
    var text: String
    var isDefault = false
  }

  private mutating func value(
    _ field: OracleMessageField, of oracle: Oracle, depth: Int
  ) -> Value {
    switch field.kind {
    case .uint64, .uint32, .int64, .int32:
      let number = number(field, of: oracle)
      return Value(bytes: varint(number), text: ": \(number)", isDefault: number == 0)
    case .bool:
      // Where it selects among others, it is true.
      let selects = field.oneof != nil && oracle.fields.count { $0.oneof == field.oneof } > 1
      let isTrue = selects || random.once(in: 2)
      return Value(bytes: [isTrue ? 1 : 0], text: ": \(isTrue ? 1 : 0)", isDefault: !isTrue)
    case .enumeration(let greatest):
      let number = random.pick(1..<greatest + 1)
      return Value(bytes: varint(UInt64(number)), text: ": \(number)")
    case .string:
      let text =
        Generator.isName(field) ? name() : Generator.isTitle(field) ? title() : words()
      return Value(
        wireType: 2, bytes: varint(UInt64(text.utf8.count)) + text.utf8, text: ": \"\(text)\"",
        isDefault: text.isEmpty)
    case .bytes:
      let count =
        Generator.isTokenID(field, of: oracle)
        ? 16 : field.name == "sha256" ? 32 : [0, 1, 68, 127, 128, 300][random.pick(0..<6)]
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      return Value(
        wireType: 2, bytes: varint(UInt64(count)) + bytes, text: ": \(hex(bytes))",
        isDefault: bytes.isEmpty)
    case .message(let index):
      let inner = message(Oracle.all[index], depth: depth + 1)
      return Value(
        wireType: 2, bytes: varint(UInt64(inner.bytes.count)) + inner.bytes,
        text: " {\(inner.text) }")
    }
  }

  static func isName(_ field: OracleMessageField) -> Bool {
    [
      "act_as", "environment", "environments", "id", "method", "methods", "one", "owner", "project",
      "projects", "subject_user", "user",
    ]
    .contains(field.name)
  }

  static func isTitle(_ field: OracleMessageField) -> Bool {
    ["role", "roles", "scope_set", "sets"].contains(field.name)
  }

  static func isTokenID(_ field: OracleMessageField, of oracle: Oracle) -> Bool {
    ["id", "ids", "copy_of"].contains(field.name)
      || ["Actor.token", "ActingUser.token", "Event.tokens", "ListEventsRequest.token"]
        .contains("\(oracle.name).\(field.name)")
  }

  private mutating func number(_ field: OracleMessageField, of oracle: Oracle) -> UInt64 {
    if oracle.name == "ImportOutcome", field.name == "status" {
      return UInt64(random.pick(0..<StatusCode.allCases.count))
    }
    if case .uint32 = field.kind { return UInt64(UInt32(truncatingIfNeeded: edge())) }
    return edge()
  }

  private mutating func name() -> String {
    let bytes = Array("abcdefghijklmnopqrstuvwxyzABCXYZ0189._~-".utf8)
    let count = [1, 2, 7, 99, 100][random.pick(0..<5)]
    return String(
      decoding: (0..<count).map { _ in bytes[random.pick(0..<bytes.count)] }, as: UTF8.self)
  }

  /// What people call a scope set or a role.
  private mutating func title() -> String {
    let pieces = ["a", "Ω", "漢", "🔑", "é", " ", "\u{10ffff}", "\u{80}", "IDE", "/", "~"]
    // Up to 100 bytes.
    let count = [1, 2, 25][random.pick(0..<3)]
    return (0..<count).map { _ in pieces[random.pick(0..<pieces.count)] }.joined()
  }

  private mutating func words() -> String {
    let pieces = ["a", "Ω", "漢字", "🔑", "é", " ", "\u{10ffff}", "\u{1}", "word", "\n", "~"]
    let count = [0, 1, 5, 60][random.pick(0..<4)]
    return (0..<count).map { _ in pieces[random.pick(0..<pieces.count)] }.joined()
  }

  private mutating func time(seconds range: ClosedRange<Int64>, isDuration: Bool) -> Made {
    let edges = [range.lowerBound, range.upperBound, 0, 1, -1, 1_700_000_000]
    let pick = random.pick(0..<8)
    let seconds = pick < 6 ? edges[pick] : Int64.random(in: range, using: &random)
    // Whole microseconds, which is what a moment is kept in.
    var nanos = [0, 1_000, 999_999_000, 500_000_000][random.pick(0..<4)]
    if isDuration, nanos > 0 { nanos += random.pick(-999..<1_000) }
    if isDuration { nanos = min(nanos, 999_999_999) }
    if isDuration, seconds < 0 || (seconds == 0 && random.once(in: 2)) { nanos = -nanos }
    var made = Made()
    if seconds != 0 {
      made.bytes += [0x08] + varint(UInt64(bitPattern: seconds))
      made.text += " seconds: \(seconds)"
    }
    if nanos != 0 {
      made.bytes += [0x10] + varint(UInt64(bitPattern: Int64(nanos)))
      made.text += " nanos: \(nanos)"
    }
    return made
  }

  private mutating func edge() -> UInt64 {
    let edges: [UInt64] = [
      0, 1, 127, 128, 16_383, 16_384, 1 << 31, UInt64(UInt32.max), 1 << 32, 1 << 63, .max,
    ]
    let pick = random.pick(0..<edges.count + 3)
    return pick < edges.count ? edges[pick] : random.next() >> UInt64(random.pick(0..<64))
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80
      ? [UInt8(value)] : [UInt8(truncatingIfNeeded: value) | 0x80] + varint(value >> 7)
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.reduce(into: "0x") { text, byte in
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
