import Configuration
import FoundationEssentials
import Glibc
import Logging
import SystemPackage
import TesseraServer
import TesseraSystem

/// Where settings come from: flags over environment over a YAML file over defaults. Read at the
/// start, and again on SIGHUP.
struct ConfigurationSource: Sendable {
  private let flags: DaemonFlags
  private let isDevelopment: Bool

  init(_ flags: DaemonFlags, isDevelopment: Bool) {
    self.flags = flags
    self.isDevelopment = isDevelopment
  }

  func read() async throws -> DaemonConfiguration {
    // Not by commas, which stand between the permissions of one client.
    let environment = EnvironmentVariablesProvider(arraySeparator: ";")
    try SettingNames.check(environment: ProcessInfo.processInfo.environment)
    let settings = Settings(
      near: [
        InMemoryProvider(name: "flags", values: flags.values),
        environment.prefixKeys(with: "tesserad"),
      ],
      file: try await file())
    return try await DaemonConfiguration(settings, isDevelopment: isDevelopment)
  }

  private func file() async throws -> Settings.File? {
    guard let path = try flags.config.map({ try AbsolutePath.of($0) }) else { return nil }
    try SettingNames.check(file: path.string)
    do {
      return Settings.File(
        provider: try await FileProvider<YAMLSnapshot>(filePath: path),
        folder: path.removingLastComponent())
    } catch {
      throw DaemonFailure.configuration("\(path): cannot be read as YAML: \(error)")
    }
  }
}
