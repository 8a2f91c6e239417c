import ArgumentParser
import TesseraClient
import Testing

@testable import tessera

@Suite struct GrantTextTests {
  @Test func `grants are read`() throws {
    #expect(
      try GrantText.parse(
        "project=web,methods=b+a.b+a.b,sets=IDE Plugins,create-tokens,hide-tokens")
        == Grant(
          .project("web"), scopes: .some(sets: ["IDE Plugins"], methods: ["a.b", "b"]),
          createsTokens: true, hidesTokens: true))
    #expect(try GrantText.parse("project=web") == Grant(.project("web")))
    #expect(try GrantText.parse("all-projects,methods=all") == Grant(.allProjects, scopes: .all))
    #expect(try GrantText.parse("all-projects,all") == Grant(.allProjects, scopes: .all))
    #expect(
      try GrantText.parse("global,permissions=users.read+events.read")
        == Grant(.global, permissions: [.eventsRead, .usersRead]))
    #expect(
      try GrantText.parse(#"project=web,sets=a\,b\+c\\d=e+f"#)
        == Grant(.project("web"), scopes: .some(sets: [#"a,b+c\d=e"#, "f"], methods: [])))
    #expect(
      try GrantText.parse("project=all,methods=all+all")
        == Grant(.project("all"), scopes: .some(sets: [], methods: ["all"])))
  }

  @Test func `grants are written as they are read`() {
    #expect(
      Grant(
        .project("web"), scopes: .some(sets: ["IDE Plugins"], methods: ["a.b", "c.d"]),
        createsTokens: true, hidesTokens: true
      ).text == "project=web,methods=a.b+c.d,sets=IDE Plugins,create-tokens,hide-tokens")
    #expect(Grant(.allProjects, scopes: .all).text == "all-projects,methods=all")
    #expect(
      Grant(.global, permissions: [.eventsRead, .usersRead]).text
        == "global,permissions=events.read+users.read")
    // A list that became empty opens nothing, and is not everything when it is read again.
    #expect(Grant(.global, scopes: .some(sets: [], methods: [])).text == "global,methods=")
  }

  @Test(arguments: [
    "", "web", "project", "project=", "project=a+b", "project=a b", "all-projects=1", "global=",
    "methods=a", "project=a,methods", "project=a,methods=a+", "project=a,methods=a b",
    "project=a,colour=red", "project=a,create-tokens=yes", "project=a,permissions=fly",
    "project=a,methods=a,methods=b", "project=a,all,methods=a", "project=a,all,sets=b",
    "project=a,methods=all,sets=b", #"project=a,sets=\x"#, #"project=a,sets=b\"#, "project=a,",
    "project=a,global", "project=a,sets=",
  ])
  func `what is no grant is refused and named`(_ text: String) throws {
    // An empty list is one, of nothing.
    if text.hasSuffix("sets=") {
      #expect(try GrantText.parse(text).scopes == .some(sets: [], methods: []))
      return
    }
    #expect(throws: ValidationError.self) { _ = try GrantText.parse(text) }
  }

  @Test func `every grant is read as it was written`() throws {
    var random = SeededRandom()
    for _ in 0..<5000 {
      let grant = random.grant()
      #expect(
        try GrantText.parse(grant.text) == grant, "TESSERA_SEED=\(random.seed) \(grant.text)")
    }
  }

  @Test func `grants are added once, and taken where they are`() throws {
    let web = Grant(.project("web"), scopes: .all)
    let shop = Grant(.project("shop"))
    #expect(try GrantList.changed([web], adding: [web, shop]) == [web, shop])
    #expect(try GrantList.changed([web, shop], adding: [], removing: [web]) == [shop])
    var failure: CommandFailure?
    do throws(CommandFailure) {
      _ = try GrantList.changed([web], adding: [], removing: [shop])
    } catch { failure = error }
    #expect(failure?.status == .no)
    #expect(failure?.message.contains("project=shop") == true)
  }
}

/// Random numbers that a seed repeats.
struct SeededRandom: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init() {
    seed =
      Terminal.environment("TESSERA_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0 ... .max)
    state = seed
  }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func grant() -> Grant {
    let places: [Grant.Place] = [.project("all"), .project("a.b~c"), .allProjects, .global]
    let methods: [MethodName] = ["all", "a", "a.b", "sets", "create-tokens"]
    let sets: [ScopeSetName] = [
      "IDE Plugins", "a,b", "a+b", #"\"#, #"\,"#, "a=b", "名前", ",\u{301}", "all", #"x\\+"#,
    ]
    let scopes: [ScopeSelection?] = [
      nil, .all,
      .some(
        sets: sets.filter { _ in Bool.random(using: &self) },
        methods: methods.filter { _ in UInt8.random(in: 0..<3, using: &self) == 0 }),
    ]
    return Grant(
      places.randomElement(using: &self) ?? .global,
      scopes: scopes.randomElement(using: &self) ?? nil, createsTokens: Bool.random(using: &self),
      hidesTokens: Bool.random(using: &self),
      permissions: Permission.allCases.filter { _ in UInt8.random(in: 0..<4, using: &self) == 0 }
    ).normalised
  }
}
