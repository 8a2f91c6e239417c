import ArgumentParser
import TesseraClient

struct EntryDeleteCommand<Kind: EntryKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "delete", abstract: "Delete \(Kind.oneNoun), wherever it is named.",
      discussion: """
        What names it loses it. Tokens for a deleted project alone, or for a deleted environment, \
        are revoked; where that is more than one, it is asked about first.
        """)
  }

  @Argument(help: "Its name.")
  var name: String

  @OptionGroup var assent: AssentOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { _ = try Kind.key(name) }

  func run() async throws {
    let key = try Kind.key(name)
    let deletion = try await connection.session { session in
      if !assent.yes, let doomed = try await Doomed(key, session) {
        try doomed.ask("\(Kind.noun) \(key.text)", assent)
      }
      return try await session.call { try await $0.deleteEntry(key) }
    }
    output.show(deletion)
  }
}

/// How many tokens are revoked with what they belong to.
struct Doomed {
  /// nil where the caller may not know.
  let count: Int?

  init(count: Int?) { self.count = count }

  /// Those of a user.
  init(_ user: UserID, _ session: Session) async throws {
    do {
      count = Int(try await session.call { try await $0.user(user) }.tokens)
    } catch TesseraError.refused(let refusal) where refusal.code == .permissionDenied {
      count = nil
    }
  }

  /// Those of an entry; nil where tokens do not end with entries of its type.
  init?(_ key: RegistryKey, _ session: Session) async throws {
    var request = ListRequest()
    request.states = [.active, .expired]
    let ends: (Token) -> Bool
    switch key {
    case .project(let project):
      request.project = project
      ends = { $0.projects == .one(project) }
    case .environment(let environment):
      request.environment = environment
      ends = { _ in true }
    case .method, .scopeSet, .role: return nil
    }
    var count = 0
    do {
      try await Paging(limit: nil).tokens(request, session) { count += $0.count(where: ends) }
      self.count = count
    } catch TesseraError.refused(let refusal) where refusal.code == .permissionDenied {
      self.count = nil
    }
  }

  /// Asks whether they may be revoked with what is named, where they are more than one.
  func ask(_ what: String, _ assent: AssentOptions, prompt: Prompt = .standard) throws {
    if let count, count <= 1 { return }
    let tokens = count.map { "\($0) tokens" } ?? "every token of it"
    try assent.requireSomebodyToAsk(
      "deleting \(what), and revoking \(tokens) with it,", prompt: prompt)
    try assent.ask("Delete \(what), and revoke \(tokens) with it,", prompt: prompt)
  }
}
