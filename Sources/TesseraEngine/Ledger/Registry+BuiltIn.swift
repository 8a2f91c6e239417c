import TesseraModel

extension RegistryEntry {
  /// What a new authority has: a project and environments to begin with, the methods that CLIENT
  /// and FRONTEND tokens are for, the sets of these, and four empty sets for the operator to fill.
  public static let builtIn: [RegistryEntry] = {
    let read: MethodName = "features.read"
    let evaluate: MethodName = "features.evaluate"
    let register: MethodName = "applications.register"
    let report: MethodName = "metrics.send"
    let sets: [ScopeSetName] = ["Extended Access", "IDE Plugins", "Marketplace", "Maven Plugin"]
    return [
      .project(Project("default")), .environment(Environment("development")),
      .environment(Environment("production")),
      .method(ProductMethod(read, description: "read features and their configuration")),
      .method(ProductMethod(evaluate, description: "read features evaluated for a context")),
      .method(ProductMethod(register, description: "register an application")),
      .method(ProductMethod(report, description: "send metrics of use")),
      .scopeSet(
        ScopeSet(
          .client, description: "what CLIENT tokens open that name no scopes",
          methods: [register, read, report])),
      .scopeSet(
        ScopeSet(
          .frontend, description: "what FRONTEND tokens open that name no scopes",
          methods: [register, evaluate, report])),
    ] + sets.map { .scopeSet(ScopeSet($0)) }
  }()
}
