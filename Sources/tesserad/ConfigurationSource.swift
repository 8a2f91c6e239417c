import Configuration
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
    var providers: [any ConfigProvider] = [
      InMemoryProvider(name: "flags", values: flags.values),
      // Not by commas, which stand between the permissions of one client.
      EnvironmentVariablesProvider(arraySeparator: ";").prefixKeys(with: "tesserad"),
    ]
    if let path = flags.config {
      try SettingNames.check(file: path)
      do {
        providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(path)))
      } catch {
        throw DaemonFailure.configuration("\(path): cannot be read as YAML: \(error)")
      }
    }
    return try await DaemonConfiguration(
      Settings(ConfigReader(providers: providers)), isDevelopment: isDevelopment)
  }
}
