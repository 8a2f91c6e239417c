import TesseraModel
import TesseraSystem
import TesseraWire
import Testing

@testable import TesseraServer

@Suite struct PasswordTests {
  @Test func `a hash knows its password and no other`() throws {
    let hash = try PasswordHash.make(of: Secret("correct horse"))
    #expect(try hash.matches(Secret("correct horse")))
    for wrong in ["correct hors", "correct horse ", "Correct horse", ""] {
      #expect(try !hash.matches(Secret(wrong)))
    }
    #expect(hash.salt.count == 16 && hash.key.count == 32)
    #expect((hash.logCost, hash.blockSize, hash.parallelism) == (15, 8, 1))
  }

  @Test func `two hashes of one password have different salts`() throws {
    let (one, other) = (
      try PasswordHash.make(of: Secret("twice")), try PasswordHash.make(of: Secret("twice"))
    )
    #expect(one.salt != other.salt && one.key != other.key)
  }

  /// RFC 7914, section 12, the third vector: its cost is not ours, and each hash says its own.
  @Test func `a hash is checked with what it was made with`() throws {
    let key: [UInt8] = [
      0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38,
      0xeb, 0xfd, 0xa8, 0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d,
      0xa1, 0xf2,
    ]
    let hash = PasswordHash(
      salt: Array("SodiumChloride".utf8), key: key, logCost: 14, blockSize: 8, parallelism: 1)
    #expect(try hash.matches(Secret("pleaseletmein")))
  }

  /// RFC 7914, section 12, the first vector: cheap enough to be made many times.
  @Test func `a key that differs in any bit is not the password's`() throws {
    let key: [UInt8] = [
      0x77, 0xd6, 0x57, 0x62, 0x38, 0x65, 0x7b, 0x20, 0x3b, 0x19, 0xca, 0x42, 0xc1, 0x8a, 0x04,
      0x97, 0xf1, 0x6b, 0x48, 0x44, 0xe3, 0x07, 0x4a, 0xe8, 0xdf, 0xdf, 0xfa, 0x3f, 0xed, 0xe2,
      0x14, 0x42,
    ]
    var hash = PasswordHash(salt: [], key: key, logCost: 4, blockSize: 1, parallelism: 1)
    #expect(try hash.matches(Secret("")))
    for bit in 0..<key.count * 8 {
      hash.key[bit / 8] ^= 1 << (bit % 8)
      #expect(try !hash.matches(Secret("")))
      hash.key = key
    }
  }

  @Test func `nobody's hash has no password, and a broken one neither`() throws {
    #expect(try !PasswordHash.nobodys.matches(Secret("")))
    let empty = PasswordHash(salt: [1], key: [], logCost: 15, blockSize: 8, parallelism: 1)
    #expect(try !empty.matches(Secret("")))
  }

  @Test func `without memory a password is neither right nor wrong`() {
    func code(_ body: () throws(Refusal) -> Void) -> StatusCode? {
      do throws(Refusal) { try body() } catch { return error.code }
      return nil
    }
    let little: UInt64 = 1 << 20
    let made = code { () throws(Refusal) in
      _ = try PasswordHash.make(of: Secret("correct horse"), memoryLimitBytes: little)
    }
    let checked = code { () throws(Refusal) in
      _ = try PasswordHash.nobodys.matches(Secret(""), memoryLimitBytes: little)
    }
    let costly = PasswordHash(salt: [1], key: [1], logCost: 40, blockSize: 8, parallelism: 1)
    let costlyChecked = code { () throws(Refusal) in _ = try costly.matches(Secret("")) }
    #expect([made, checked, costlyChecked] == Array(repeating: .resourceExhausted, count: 3))
  }
}

@Suite struct PasswordTurnsTests {
  private let fixture: Fixture

  init() throws { fixture = try Fixture() }

  private func request(_ number: Int64, _ party: Party) -> PasswordRequest {
    let isStranger = if case .network = party { true } else { false }
    return PasswordRequest(
      purpose: isStranger
        ? .signIn
        : .change(
          CommitRequest(
            command: .removeUser("ada"), caller: fixture.caller, deadline: nil,
            supplement: .none, bytes: 0, reply: fixture.address), newPassword: nil),
      check: nil, party: party, deadline: number, reply: fixture.address)
  }

  private func order(_ turns: inout PasswordTurns) -> [Int64?] {
    var order: [Int64?] = []
    while let next = turns.next() { order.append(next.deadline) }
    #expect(turns.isEmpty)
    return order
  }

  private func host(_ number: UInt32) -> Party { .network(.v4(number)) }

  @Test func `callers take turns, and each has its own in the order they came`() {
    var turns = PasswordTurns()
    for number in 0..<4 { #expect(turns.add(request(Int64(number), .user("ada"))) == nil) }
    #expect(turns.add(request(10, .user("bob"))) == nil)
    #expect(turns.add(request(20, .named("product"))) == nil)
    #expect(turns.add(request(21, .named("product"))) == nil)
    #expect(order(&turns) == [0, 10, 20, 1, 21, 2, 3])
  }

  @Test func `of four turns one is a stranger's, so that neither holds the others up`() {
    var turns = PasswordTurns()
    for number in 0..<7 { #expect(turns.add(request(Int64(number), .user("ada"))) == nil) }
    for number in 10..<14 { #expect(turns.add(request(Int64(number), host(1))) == nil) }
    #expect(order(&turns) == [0, 1, 2, 10, 3, 4, 5, 11, 6, 12, 13])
  }

  @Test func `a caller has few at a time, whatever connections they come by`() {
    var turns = PasswordTurns()
    for number in 0..<Limits.passwordsPerCaller {
      #expect(turns.add(request(Int64(number), .user("ada"))) == nil)
    }
    let refused = turns.add(request(-1, .user("ada")))
    #expect(refused?.dropped.deadline == -1)
    #expect(refused?.refusal == .tooManyPasswords)
    #expect(turns.add(request(-2, .user("bob"))) == nil)
  }

  @Test func `a flood from one place leaves room for strangers from others, and for who is known`()
  {
    var turns = PasswordTurns()
    for number in 0..<Limits.passwordsWaiting {
      #expect(turns.add(request(Int64(number), host(1))) == nil)
    }
    let oneMore = turns.add(request(-1, host(1)))
    #expect(oneMore?.dropped.deadline == -1)
    // The newest of the flood gives way.
    let another = turns.add(request(-2, host(2)))
    #expect(another?.dropped.deadline == Int64(Limits.passwordsWaiting) - 1)
    #expect(turns.add(request(-3, .user("ada"))) == nil)
    let first = (0..<3).map { _ in turns.next()?.deadline }
    #expect(first == [-3, 0, -2])
  }

  @Test func `of a network every address is one party`() {
    func party(_ high: UInt64, _ low: UInt64) -> Party {
      Party(stranger: SocketAddress(host: .v6(high: high, low: low, scope: 0), port: 7))
    }
    #expect(party(0x2001_0db8_0000_0001, 1) == party(0x2001_0db8_0000_0001, 2))
    #expect(party(0x2001_0db8_0000_0001, 1) != party(0x2001_0db8_0000_0002, 1))
    // IPv4 within IPv6 is of many networks.
    #expect(party(0, 0xffff_0a00_0001) != party(0, 0xffff_0a00_0002))
  }
}
