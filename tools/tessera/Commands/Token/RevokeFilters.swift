import ArgumentParser
import TesseraClient

/// Which tokens are revoked together: all that every filter given fits.
struct RevokeFilters: ParsableArguments {
  @Option(
    help: "\(Parse.kindNames); repeat it for several.", completion: Parse.kinds,
    transform: Parse.kind)
  var kind: [TokenKind] = []

  @Option(help: "The user whose tokens they are.", transform: Parse.name)
  var owner: UserID?

  @Option(
    help: "A project they are for, alone or in a list; tokens for all projects stay.",
    transform: Parse.name)
  var project: ProjectID?

  @Option(help: "Their environment.", transform: Parse.name)
  var environment: EnvironmentID?

  @Option(help: "They were issued before this date, or so long ago: 2027-01-31, 90d.")
  var issuedBefore: String?

  var isEmpty: Bool {
    kind.isEmpty && owner == nil && project == nil && environment == nil && issuedBefore == nil
  }

  func filter(now: Timestamp) throws -> RevokeFilter {
    var filter = RevokeFilter()
    if !kind.isEmpty { filter.kinds = KindSet(kind.map { KindSet($0) }) }
    filter.owner = owner
    filter.project = project
    filter.environment = environment
    filter.issuedBefore = try issuedBefore.map { try Parse.before($0, now: now) }
    return filter
  }
}
