import ArgumentParser
import TesseraClient

/// What a token may be used for.
struct ScopeOptions: ParsableArguments {
  @Option(help: "A scope set it may use; repeat it for several.", transform: Parse.scopeSet)
  var scopeSet: [ScopeSetName] = []

  @Option(help: "A method it may use; repeat it for several.", transform: Parse.name)
  var method: [MethodName] = []

  @Flag(help: "For every method.")
  var allScopes = false

  @Flag(help: "For what tokens of its kind are for without more said.")
  var kindScopes = false

  func validate() throws {
    let ways = [!scopeSet.isEmpty || !method.isEmpty, allScopes, kindScopes].count { $0 }
    guard ways <= 1 else {
      throw ValidationError(
        "give --scope-set and --method, or --all-scopes, or --kind-scopes, not several")
    }
  }

  /// nil where nothing is said.
  var selection: ScopeSelection? {
    if allScopes { return .all }
    if kindScopes { return .kindDefault }
    guard !scopeSet.isEmpty || !method.isEmpty else { return nil }
    return .some(sets: scopeSet, methods: method)
  }
}
