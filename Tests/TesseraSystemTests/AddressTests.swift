import Testing

import TesseraSystem

@Suite struct AddressTests {
  @Test func `endpoints are read as people write them`() throws {
    #expect(try Endpoint("localhost:7420") == Endpoint(host: "localhost", port: 7420))
    #expect(try Endpoint("127.0.0.1:0") == Endpoint(host: "127.0.0.1", port: 0))
    #expect(try Endpoint("[::1]:65535") == Endpoint(host: "::1", port: 65535))
    #expect(try Endpoint("[fe80::1%lo]:1").host == "fe80::1%lo")
    #expect(try Endpoint("[::1]:7420").description == "[::1]:7420")
  }

  @Test(arguments: [
    ("localhost", Endpoint.Malformed.noPort("localhost")),
    ("", .noPort("")),
    (":7420", .noHost(":7420")),
    ("[]:7420", .noHost("[]:7420")),
    ("::1", .bareIPv6("::1")),
    ("::1:7420", .bareIPv6("::1:7420")),
    ("[::1:7420", .bareIPv6("[::1:7420")),
    ("host:", .badPort("host:")),
    ("host:+1", .badPort("host:+1")),
    ("host:65536", .badPort("host:65536")),
    ("host:74x", .badPort("host:74x")),
  ])
  func `malformed endpoints are refused with the reason`(
    text: String, expected: Endpoint.Malformed
  ) {
    #expect(throws: expected) { try Endpoint(text) }
    #expect(expected.description.hasPrefix(text))
  }

  @Test(arguments: [
    ("127.0.0.1:7420", true), ("127.255.0.9:1", true), ("[::1]:7420", true),
    ("[::ffff:127.0.0.1]:1", true), ("0.0.0.0:7420", false), ("[::]:7420", false),
    ("10.0.0.1:1", false), ("[::ffff:10.0.0.1]:1", false), ("[fe80::1]:1", false),
  ])
  func `an address prints as it was written and knows whether it is loopback`(
    text: String, isLoopback: Bool
  ) throws {
    let address = try #require(try Endpoint(text).resolve().first)
    #expect(address.description == text)
    #expect(address.isLoopback == isLoopback)
  }

  @Test func `a name that does not exist is an error that names it`() {
    let error = #expect(throws: ResolutionError.self) {
      try Endpoint("no-such-host.invalid:1").resolve()
    }
    #expect(error?.description.contains("no-such-host.invalid") == true)
  }
}
