// What a value shows, beside what its token is said to be.
extension TokenShape {
  /// Refuses a value that shows something else than what the token is said to be: nobody who reads
  /// it later could tell what it opens.
  ///
  /// - Throws: INVALID_ARGUMENT, with the field that says something else, or `value` where no
  ///   version ever made such a value.
  public static func check(
    _ value: [UInt8], shows kind: TokenKind, _ projects: ProjectSelection?,
    _ environment: EnvironmentID?
  ) throws(Refusal) {
    guard let shape = unsafe TokenShape(value.span.bytes) else {
      throw Refusal(
        .invalidArgument,
        "this is no token's value; of one in another form give the SHA-256", field: "value")
    }
    switch shape {
    case .bare: return
    case .admin: try require(kind == .admin, "kind", "the value is an ADMIN token's")
    case .personal: try require(kind == .personal, "kind", "the value is a PERSONAL token's")
    case .service: try require(kind == .service, "kind", "the value is a SERVICE token's")
    case .placed(let shownProjects, let shownEnvironment):
      try require(
        kind.isBoundToEnvironment, "kind", "the value is a CLIENT or a FRONTEND token's")
      let shown = String(decoding: value[shownEnvironment], as: UTF8.self)
      try require(
        environment?.text == shown, "environment", "the value shows environment '\(shown)'")
      try require(projects, String(decoding: value[shownProjects], as: UTF8.self))
    }
  }

  private static func require(
    _ projects: ProjectSelection?, _ shown: String
  ) throws(Refusal) {
    let isShown =
      switch projects {
      case .one(let project): shown == project.text
      case .list: shown == "[]"
      case .all: shown == "*"
      case nil: false
      }
    let words =
      switch shown {
      case "[]": "a list of projects"
      case "*": "all projects"
      default: "project '\(shown)'"
      }
    try require(isShown, "projects", "the value is for \(words)")
  }

  private static func require(
    _ holds: Bool, _ field: String, _ message: String
  ) throws(Refusal) {
    guard holds else { throw Refusal(.invalidArgument, message, field: field) }
  }
}
