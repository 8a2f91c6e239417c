import TesseraModel
import TesseraWire
import Testing

/// Both parsers take or refuse the same bytes, but for a named list of differences: each is a
/// reason of `WireError` that the protocol adds to proto3, and each has a test here.
///
/// The other way there is one: a message that comes twice, of whose oneof neither has a member.
@Suite struct HostileBytesTests {
  struct Difference: Sendable, CustomTestStringConvertible {
    let reason: WireError.Reason
    let message: String
    /// Refused by the codec for the reason, and taken by libprotobuf-c.
    let bytes: [UInt8]

    var testDescription: String { "\(reason) in \(message)" }
  }

  static let differences = [
    // Strings are UTF-8, as proto3 says; libprotobuf-c does not look.
    Difference(reason: .notUTF8, message: "Failure", bytes: [0x0a, 1, 0xff]),
    // The tenth byte of a varint has one bit; libprotobuf-c drops what is beyond 64 bits.
    Difference(
      reason: .overlongVarint, message: "ValidateResponse",
      bytes: [0x20] + [UInt8](repeating: 0xff, count: 9) + [2]),
    // There is no field 0; libprotobuf-c passes over it where its tag is padded.
    Difference(reason: .badTag, message: "HealthRequest", bytes: [0x80, 0x00, 0x42]),
    // libprotobuf-c reads a bool from the bytes of whatever wire type it comes with.
    Difference(reason: .wrongWireType, message: "ValidateRequest", bytes: [0x32, 1, 1]),
    // The rest are rules of the protocol that its schema cannot say.
    Difference(reason: .badName, message: "ValidateRequest", bytes: [0x1a, 1, 0x2f]),
    Difference(reason: .badTitle, message: "ListUsersRequest", bytes: [0x12, 1, 0x0a]),
    Difference(reason: .badDigest, message: "ImportRequest", bytes: [0x0a, 3, 0x12, 1, 0]),
    // A project with a link.
    Difference(
      reason: .notOfType, message: "CreateEntryRequest",
      bytes: [0x0a, 8, 0x0a, 3, 0x0a, 1, 0x70, 0x1a, 1, 0x6c]),
    Difference(reason: .badTokenID, message: "GetRequest", bytes: [0x0a, 1, 0]),
    Difference(reason: .unknownEnum, message: "ValidateRequest", bytes: [0x10, 99]),
    Difference(
      reason: .outOfRange, message: "IssueRequest",
      bytes: [0x4a, 6, 0x10, 0x80, 0x80, 0x80, 0x80, 0x04]),
    Difference(reason: .noneSet, message: "IssueRequest", bytes: [0x22, 0]),
    Difference(reason: .empty, message: "IssueRequest", bytes: [0x22, 2, 0x12, 0]),
    Difference(reason: .mustBeTrue, message: "IssueRequest", bytes: [0x58, 0]),
    Difference(
      reason: .tooMany, message: "ValidateBatchRequest",
      bytes: [[UInt8]](repeating: [0x0a, 0], count: Limits.batchValidations + 1).flatMap { $0 }),
  ]

  @Test(arguments: differences)
  func `what the codec alone refuses is on the list`(difference: Difference) throws {
    let codec = try #require(Codec.all.first { $0.name == difference.message })
    let error = #expect(throws: WireError.self) { _ = try codec.recode(difference.bytes) }
    #expect(error?.reason == difference.reason)
    #expect(Oracle.named(difference.message).describe(difference.bytes) != nil)
  }

  @Test(
    arguments: [
      // Groups, balanced or not, and wire types that do not exist.
      [0x0b, 0x0c], [0x0b], [0x0c], [0x0e, 0], [0x0f, 0],
      // Field 0.
      [0x00, 0x00],
      // A known field with another wire type: a string, an enum and an id as fixed32.
      [0x1d, 1, 2, 3, 4],
    ] as [[UInt8]])
  func `what proto3's reference parsers pass over is refused by both`(bytes: [UInt8]) throws {
    let codec = try #require(Codec.all.first { $0.name == "ValidateRequest" })
    #expect(throws: WireError.self) { _ = try codec.recode(bytes) }
    #expect(Oracle.named("ValidateRequest").describe(bytes) == nil)
  }

  /// proto3 merges a message that comes again. libprotobuf-c 1.4 refuses to where a oneof of it is
  /// set in neither.
  @Test func `a message without its oneof that comes twice is merged by us alone`() throws {
    let codec = try #require(Codec.all.first { $0.name == "Revocation" })
    let twice: [UInt8] = [18, 0, 18, 0]
    #expect(throws: Never.self) { try codec.recode(twice) }
    #expect(Oracle.named("Revocation").describe(twice) == nil)
    #expect(repeatsField(twice) && repeatsField([10, 4] + twice) && !repeatsField([18, 0]))
  }

  /// Whether a field comes twice in a message, or in one within it.
  private func repeatsField(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    var seen: Set<UInt64> = []
    func varint() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard let byte = rest.popFirst() else { return nil }
        value |= UInt64(byte & 0x7f) << shift
        if byte < 0x80 { return value }
      }
      return nil
    }
    while let tag = varint() {
      let isNew = seen.insert(tag >> 3).inserted
      if !isNew { return true }
      switch tag & 7 {
      case 0: _ = varint()
      case 1: rest = rest.dropFirst(8)
      case 5: rest = rest.dropFirst(4)
      case 2:
        guard let count = varint(), count <= UInt64(rest.count) else { return false }
        if repeatsField(Array(rest.prefix(Int(count)))) { return true }
        rest = rest.dropFirst(Int(count))
      default: return false
      }
    }
    return false
  }

  @Test(arguments: Codec.all.map(\.name))
  func `mutated messages are taken or refused by both`(name: String) throws {
    let codec = try #require(Codec.all.first { $0.name == name })
    let oracle = Oracle.named(name)
    let stricter = Set(HostileBytesTests.differences.map(\.reason))
    var generator = Generator(seed: seed ^ UInt64(oracle.index))
    var mutator = Mutator(seed: seed ^ UInt64(oracle.index))
    var previous: [UInt8] = []
    for round in 0..<1_000 {
      let valid = generator.make(oracle).bytes
      let bytes = mutator.mutate(valid, with: previous)
      previous = valid
      let taken = oracle.describe(bytes) != nil
      do throws(WireError) {
        let merged = try codec.recode(bytes)
        let isMergedByUsAlone = repeatsField(bytes) && oracle.describe(merged) != nil
        #expect(
          taken || isMergedByUsAlone, "only the codec takes \(bytes), seed \(seed), round \(round)")
      } catch {
        let isListed = !taken || stricter.contains(error.reason)
        #expect(isListed, "\(error) in \(bytes), seed \(seed), round \(round)")
      }
    }
  }

  /// The message that opens doors means the same to both, whatever was done to it.
  @Test func `a mutated ValidateRequest that both take asks the same`() throws {
    let codec = try #require(Codec.all.first { $0.name == "ValidateRequest" })
    let oracle = Oracle.named("ValidateRequest")
    var generator = Generator(seed: ~seed)
    var mutator = Mutator(seed: ~seed)
    var previous: [UInt8] = []
    var compared = 0
    for round in 0..<4_000 {
      let valid = generator.make(oracle).bytes
      let bytes = mutator.mutate(valid, with: previous)
      previous = valid
      guard let theirs = oracle.describe(bytes), let recoded = try? codec.recode(bytes),
        let ours = oracle.describe(recoded)
      else { continue }
      compared += 1
      #expect(asked(ours) == asked(theirs), "\(bytes), seed \(seed), round \(round)")
    }
    #expect(compared > 100)
  }

  /// The fields of a described ValidateRequest: kinds as a set, unknown fields left out.
  private func asked(_ text: String) -> [String] {
    let words = text.split(separator: " ")
    let fields = stride(from: 0, to: words.count - 1, by: 2).map { "\(words[$0]) \(words[$0 + 1])" }
    let kinds = Set(fields.filter { $0.hasPrefix("kinds:") }).sorted()
    return kinds + fields.filter { !$0.hasPrefix("kinds:") && !$0.hasPrefix("unknown:") }
  }
}
