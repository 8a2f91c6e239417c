import TesseraModel

/// What a new authority has beside projects and environments.
enum NewRegistry {
  static let methodsAndSets: [RegistryEntry] = [
    .method(.init("features.read", description: "read features and their configuration")),
    .method(.init("features.evaluate", description: "read features evaluated for a context")),
    .method(.init("applications.register", description: "register an application")),
    .method(.init("metrics.send", description: "send metrics of use")),
    .scopeSet(
      .init(
        .client, description: "what CLIENT tokens open that name no scopes",
        methods: ["applications.register", "features.read", "metrics.send"])),
    .scopeSet(
      .init(
        .frontend, description: "what FRONTEND tokens open that name no scopes",
        methods: ["applications.register", "features.evaluate", "metrics.send"])),
    .scopeSet(.init("Extended Access")), .scopeSet(.init("IDE Plugins")),
    .scopeSet(.init("Marketplace")), .scopeSet(.init("Maven Plugin")),
  ]
}
