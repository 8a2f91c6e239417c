import TesseraBytes
import TesseraModel
import TesseraWire
import Testing

@testable import tessera_bench

@Suite struct WorkTests {
  static let names = ["default:development.aa", "*:*." + String(repeating: "b", count: 200), "c"]

  static func values(_ text: String = names.joined(separator: "\n")) throws -> TokenValues {
    try TokenValues(bytes: Array(text.utf8), name: "values")
  }

  static func text(_ values: TokenValues, _ line: Range<Int>) -> String {
    String(decoding: values.bytes[line], as: UTF8.self)
  }

  @Test(arguments: ["a\nbb\nccc", "a\nbb\nccc\n", "\na\n\nbb\nccc\n\n"])
  func `a file's lines are the values, empty ones left out`(_ file: String) throws {
    let values = try WorkTests.values(file)
    let lines = (0..<values.count).map { WorkTests.text(values, values[$0]) }
    #expect(lines == ["a", "bb", "ccc"])
    #expect(values.longest == 3)
  }

  @Test func `a file without values, or with one that is none, is refused`() {
    #expect(throws: BenchFailure.self) { try WorkTests.values("\n\n") }
    let long = String(repeating: "x", count: Limits.tokenValueBytes + 1)
    let failure = #expect(throws: BenchFailure.self) { try WorkTests.values("a\n" + long) }
    #expect(failure?.message.contains("line 2") == true)
    #expect(failure?.message.contains(long) == false)
  }

  @Test func `picks are of the values, all of them in time, and repeat with the seed`() throws {
    let values = try WorkTests.values()
    var (one, other) = (TokenPicker(values, seed: 7), TokenPicker(values, seed: 7))
    var counts: [String: Int] = [:]
    for _ in 0..<3_000 {
      let line = one.next()
      #expect(line == other.next())
      counts[WorkTests.text(values, line), default: 0] += 1
    }
    #expect(Set(counts.keys) == Set(WorkTests.names))
    #expect(counts.values.allSatisfy { $0 > 800 })
  }

  @Test(arguments: [nil, "default"])
  func `a request is a ValidateRequest as the codec writes it`(_ project: String?) throws {
    let values = try WorkTests.values()
    let question = EncodedQuestion(project: try project.map { try ProjectID($0) })
    for index in 0..<values.count {
      var buffer = ByteBuffer()
      question.append(values.bytes, values[index], to: &buffer)
      let bytes = buffer.bytes.array
      var wanted = ValidateRequest(token: Secret(WorkTests.names[index]))
      wanted.project = try project.map { try ProjectID($0) }
      #expect(bytes == wanted.encoded)
      #expect(question.requestBytes(valueBytes: values[index].count) == bytes.count)
    }
  }

  @Test func `frames hold one request, or a batch of them`() throws {
    let values = try WorkTests.values()
    let question = EncodedQuestion(method: MethodName("features.read"))
    var one = ValidateWork(values, question, seed: 1)
    var batch = ValidateBatchWork(values, question, seed: 1, batch: 5)
    var buffer = ByteBuffer()
    one.appendRequest(CallNumber(rawValue: 9), to: &buffer)
    batch.appendRequest(CallNumber(rawValue: 10), to: &buffer)
    let reader = FrameReader(side: .server)
    guard case .frame(let header, let payload) = reader.next(in: buffer.bytes),
      case .frame(let next, let list) = reader.next(in: buffer.bytes, from: payload.upperBound)
    else {
      Issue.record("no two frames")
      return
    }
    #expect(header == .request(.validate, call: CallNumber(rawValue: 9)))
    let request = try ValidateRequest(decoding: buffer.bytes.extracting(payload))
    #expect(WorkTests.names.contains(request.token.text))
    #expect(next == .request(.validateBatch, call: CallNumber(rawValue: 10)))
    let requests = try ValidateBatchRequest(decoding: buffer.bytes.extracting(list)).requests
    #expect(requests.count == 5)
    #expect(requests.first == request, "the same seed asks for the same tokens")
    #expect(list.upperBound == buffer.count)
  }

  @Test func `verdicts are counted in answers of either shape`() throws {
    let values = try WorkTests.values()
    let one = ValidateWork(values, EncodedQuestion(), seed: 1)
    let batch = ValidateBatchWork(values, EncodedQuestion(), seed: 1, batch: 3)
    func response(_ verdict: Verdict) -> ValidateResponse {
      var response = ValidateResponse()
      response.verdict = verdict
      response.revision = Revision(rawValue: 5)
      return response
    }
    func counted(_ bytes: [UInt8], by work: some Work) throws -> Int {
      var work = work
      let buffer = ByteBuffer(copying: unsafe bytes.span.bytes)
      return try work.countAllowed(buffer.bytes)
    }
    #expect(try counted(response(.allowed).encoded, by: one) == 1)
    #expect(try counted(response(.revoked).encoded, by: one) == 0)
    // Another writer may begin with the revision.
    #expect(try counted([0x20, 5, 0x08, 1], by: one) == 1)
    #expect(try counted([], by: one) == 0)
    var answers = ValidateBatchResponse()
    answers.responses = [response(.allowed), response(.notFound), response(.allowed)]
    answers.revision = Revision(rawValue: 5)
    #expect(try counted(answers.encoded, by: batch) == 2)
  }

  @Test func `issues end with the count, and their values are kept`() throws {
    var work = IssueWork(count: 2, keepsValues: true)
    var buffer = ByteBuffer()
    work.appendRequest(CallNumber(rawValue: 1), to: &buffer)
    #expect(work.hasMore)
    work.appendRequest(CallNumber(rawValue: 2), to: &buffer)
    #expect(!work.hasMore)
    var response = IssueResponse()
    response.value = Secret("one")
    let answer = ByteBuffer(copying: unsafe response.encoded.span.bytes)
    let first = try work.countAllowed(answer.bytes)
    #expect(first == 1)
    #expect(work.values == Array("one\n".utf8))
    #expect(BenchName.text(7).utf8.count == BenchName.byteCount)
  }
}
