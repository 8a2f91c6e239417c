import TesseraBytes
import TesseraModel
import TesseraWire
import Testing

@Suite struct ValidateTests {
  static let value = Secret("*:*." + String(repeating: "0", count: 64))

  static let full: ValidateRequest = {
    var request = ValidateRequest(token: value)
    request.kinds = [KindSet(.client), KindSet(.proxyKey)]
    request.project = ProjectID("default")
    request.environment = EnvironmentID("production")
    request.method = MethodName("environment.control.stop")
    request.details = true
    request.minRevision = Revision(rawValue: 1 << 40)
    return request
  }()

  func expectSame(_ view: borrowing ValidateRequestView, _ request: ValidateRequest) {
    let token = view.token.array
    #expect(token == request.token.bytes)
    let (kinds, details, minRevision) = (view.kinds, view.details, view.minRevision)
    #expect(kinds == request.kinds)
    #expect(details == request.details)
    #expect(minRevision == request.minRevision)
    let project = text(view.project)
    let environment = text(view.environment)
    let method = text(view.method)
    #expect(project == request.project?.text)
    #expect(environment == request.environment?.text)
    #expect(method == request.method?.text)
  }

  func text(_ span: RawSpan?) -> String? {
    if let span { String(decoding: span.array, as: UTF8.self) } else { nil }
  }

  @Test(arguments: [1, 68, 127, 128, 129, 512])
  func `a request with a token alone is read in place`(count: Int) throws {
    let request = ValidateRequest(token: Secret([UInt8](repeating: 97, count: count)))
    let bytes = request.encoded
    #expect(bytes.count == count + (count < 128 ? 2 : 3))
    expectSame(try unsafe ValidateRequestView(bytes.span.bytes), request)
  }

  @Test func `a full request is read in place`() throws {
    let bytes = ValidateTests.full.encoded
    expectSame(try unsafe ValidateRequestView(bytes.span.bytes), ValidateTests.full)
    let again = try unsafe ValidateRequest(decoding: bytes.span.bytes)
    #expect(again == ValidateTests.full)
  }

  @Test func `a request is read in place whatever the order of its fields`() throws {
    var request = ValidateRequest(token: ValidateTests.full.token)
    request.project = ValidateTests.full.project
    request.environment = ValidateTests.full.environment
    request.method = ValidateTests.full.method
    let bytes = request.encoded
    expectSame(try unsafe ValidateRequestView(bytes.span.bytes), request)
    let tokenBytes = ValidateRequest(token: request.token).encoded.count
    let turned = Array(bytes[tokenBytes...] + bytes[..<tokenBytes])
    expectSame(try unsafe ValidateRequestView(turned.span.bytes), request)
    // The last of several is the one that counts.
    let twice = ValidateRequest(token: Secret([98])).encoded + bytes
    expectSame(try unsafe ValidateRequestView(twice.span.bytes), request)
  }

  @Test func `an empty request holds an empty token`() throws {
    let bytes: [UInt8] = []
    expectSame(try unsafe ValidateRequestView(bytes.span.bytes), ValidateRequest())
  }

  @Test func `kinds are taken packed and one by one`() throws {
    let bytes: [UInt8] = [0x10, 1, 0x12, 2, 3, 0x86, 0, 0x10, 4]
    let error = #expect(throws: WireError.self) {
      try unsafe ValidateRequest(decoding: bytes.span.bytes)
    }
    #expect(error == WireError(.truncated, field: "kinds"))
    let whole: [UInt8] = [0x10, 1, 0x12, 3, 3, 0x86, 0, 0x10, 4]
    let kinds = try unsafe ValidateRequestView(whole.span.bytes).kinds
    #expect(kinds == [KindSet(.admin), KindSet(.client), KindSet(.proxyKey), KindSet(.frontend)])
  }

  @Test(
    arguments: [
      ([0x10, 7], WireError(.unknownEnum, field: "kinds")),
      ([0x10, 0], WireError(.unknownEnum, field: "kinds")),
      ([0x12, 2, 1, 7], WireError(.unknownEnum, field: "kinds")),
      ([0x1a, 0], WireError(.badName, field: "project")),
      ([0x22, 1, 0x20], WireError(.badName, field: "environment")),
      ([0x2a, 101] + [UInt8](repeating: 97, count: 101), WireError(.badName, field: "method")),
      ([0x18, 1], WireError(.wrongWireType, field: "project")),
      ([0x0a, 3, 1], WireError(.truncated, field: "token")),
      ([0x1a, 1, 0x20, 0x22, 1, 0x20], WireError(.badName, field: "project")),
      ([0x1a, 1, 0x20, 0x22, 2, 0x61], WireError(.badName, field: "project")),
      ([0x22, 1, 0x61, 0x1a, 1, 0x20], WireError(.badName, field: "project")),
      ([0x1a, 1, 0x20, 0x1a, 1, 0x61], WireError(.badName, field: "project")),
    ] as [([UInt8], WireError)])
  func `both readings refuse the same and name the field`(bytes: [UInt8], error: WireError) {
    #expect(throws: error) { try unsafe ValidateRequestView(bytes.span.bytes).checkNames() }
    #expect(throws: error) { try unsafe ValidateRequest(decoding: bytes.span.bytes) }
  }

  @Test func `a batch is read request by request`() throws {
    let requests = (1...100).map { count in
      count.isMultiple(of: 7)
        ? ValidateTests.full : ValidateRequest(token: Secret([UInt8](repeating: 65, count: count)))
    }
    // A field of a later version, between the requests.
    let bytes = ValidateBatchRequest(requests).encoded + [0x78, 1]
    var batch = unsafe ValidateBatchReader(bytes.span.bytes)
    var index = 0
    while let view = try batch.next() {
      expectSame(view, requests[index])
      index += 1
    }
    #expect(index == 100)
    let whole = try unsafe ValidateBatchRequest(decoding: bytes.span.bytes)
    #expect(whole.requests == requests)
  }

  @Test func `a bad request in a batch is named by its index`() {
    let bytes: [UInt8] = [0x0a, 2, 0x0a, 0, 0x0a, 2, 0x1a, 0]
    #expect(throws: WireError(.badName, field: "requests[1].project")) {
      var batch = unsafe ValidateBatchReader(bytes.span.bytes)
      while try batch.next() != nil {}
    }
    #expect(throws: WireError(.badName, field: "requests[1].project")) {
      try unsafe ValidateBatchRequest(decoding: bytes.span.bytes)
    }
  }

  @Test func `a batch over the limit is refused`() {
    let bytes = [[UInt8]](repeating: [0x0a, 0], count: Limits.batchValidations + 1).flatMap { $0 }
    #expect(throws: WireError(.tooMany, field: "requests")) {
      var batch = unsafe ValidateBatchReader(bytes.span.bytes)
      while try batch.next() != nil {}
    }
    #expect(throws: WireError(.tooMany, field: "requests")) {
      try unsafe ValidateBatchRequest(decoding: bytes.span.bytes)
    }
  }

  @Test(arguments: Verdict.allCases, [0, 1, 0x7f, 0x80, 1 << 35, UInt64.max])
  func `the fast answer has the bytes of the message`(verdict: Verdict, revision: UInt64) {
    var answer = ValidateResponse()
    answer.verdict = verdict
    answer.revision = Revision(rawValue: revision)
    for (id, kind) in [
      (nil, nil), (TokenID(high: 0x0102_0304_0506_0708, low: .max), TokenKind.proxyKey),
      (TokenID(high: 0, low: 1), nil),
    ] {
      answer.id = id
      answer.kind = kind
      let call = CallNumber(rawValue: 0xfffe_fdfc)
      var slow = ByteBuffer()
      slow.appendFrame(.response(.ok, call: call), answer)
      slow.append(field: 1) { answer.append(to: &$0) }
      var fast = ByteBuffer()
      fast.appendValidateResponse(
        call: call, verdict: verdict, id: id, kind: kind, revision: answer.revision)
      fast.appendBatchedValidateResponse(
        verdict: verdict, id: id, kind: kind, revision: answer.revision)
      let (written, expected) = (fast.bytes.array, slow.bytes.array)
      #expect(written == expected)
    }
  }
}
