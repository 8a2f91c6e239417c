import ArgumentParser
import TesseraClient

/// What a new token is to be.
struct IssueArguments: ParsableArguments {
  @Argument(
    help: "\(Parse.kindNames).", completion: Parse.kinds, transform: Parse.kind)
  var kind: TokenKind

  @OptionGroup var choices: TokenChoices
  @OptionGroup var repetition: RepetitionOptions

  var request: IssueRequest {
    var request = choices.request
    request.kind = kind
    request.idempotencyKey = repetition.idempotencyKey
    return request
  }
}

/// How a call that issues may be made again.
struct RepetitionOptions: ParsableArguments {
  @Option(help: "With the same key and request, a repetition within a day issues nothing new.")
  var idempotencyKey = ""
}

/// What is chosen of a new token beside its kind, be it issued, a copy, or imported.
struct TokenChoices: ParsableArguments {
  @Option(help: "What people call it; need not be unique.")
  var name = ""

  @Option(help: "What it is for.")
  var description = ""

  @Option(help: "A project it is for; repeat it for several.", transform: Parse.name)
  var project: [ProjectID] = []

  @Flag(help: "For all projects, those of the future among them.")
  var allProjects = false

  @Option(help: "The environment it is for.", transform: Parse.name)
  var environment: EnvironmentID?

  @Option(help: "The user whose PERSONAL token it will be.", transform: Parse.name)
  var owner: UserID?

  @OptionGroup var scopes: ScopeOptions

  @Option(
    help: """
      A permission of a SERVICE token, with its limits; repeat it for several. As in \
      tokens.validate or tokens.issue:kinds=CLIENT,FRONTEND:projects=a,b:environments=production.
      """,
    completion: Parse.permissions, transform: Parse.permission)
  var permission: [PermissionGrant] = []

  @Option(
    help: """
      When it ends: never, a span such as 30d, or a date, as in 2027-01-31 or 31-01-2027, whose \
      end it is. (default: a copy ends with its source; 30d for PERSONAL that are issued, never \
      for others)
      """,
    transform: Parse.expiry)
  var expires: ExpiryChoice?

  func validate() throws {
    if allProjects, !project.isEmpty {
      throw ValidationError("give --project or --all-projects, not both")
    }
  }

  /// The request; one project is that project, several are a list.
  var request: IssueRequest {
    var request = IssueRequest()
    request.name = name
    request.description = description
    if allProjects {
      request.projects = .all
    } else if project.count == 1 {
      request.projects = .one(project[0])
    } else if !project.isEmpty {
      request.projects = .list(project)
    }
    request.environment = environment
    request.owner = owner
    request.scopes = scopes.selection
    request.permissions = permission
    request.expiry = expires
    return request
  }
}
