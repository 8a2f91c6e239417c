// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is held to the same: Swift 6, strict memory safety, no warning.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources,
    swiftSettings: strict)
}

let package = Package(
  name: "tessera",
  products: [
    .library(name: "TesseraClient", targets: ["TesseraClient"]),
    .executable(name: "tesserad", targets: ["tesserad"]),
    .executable(name: "tessera", targets: ["tessera"]),
    .executable(name: "tessera-bench", targets: ["tessera-bench"]),
    .executable(name: "tessera-torture", targets: ["tessera-torture"]),
    .executable(name: "tessera-sim", targets: ["tessera-sim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(
      url: "https://github.com/apple/swift-configuration", exact: "1.4.0",
      traits: [.defaults, "YAML"]),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
  ],
  targets: [
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "CLinux"),
    library("TesseraBytes"),
    library("TesseraModel"),
    library("TesseraWire", ["TesseraModel", "TesseraBytes"]),
    .target(name: "CIntrinsics"),
    library("TesseraEngine", ["TesseraModel", "CIntrinsics"]),
    library("TesseraSystem", ["CLinux", "TesseraBytes"]),
    library("TesseraCrypto", ["COpenSSL", "CIntrinsics", "TesseraModel"]),
    library("TesseraTLS", ["COpenSSL", "TesseraSystem", "TesseraBytes"]),
    library("TesseraJournal", ["TesseraModel", "TesseraBytes", "TesseraWire", "TesseraSystem"]),
    library(
      "TesseraServer",
      [
        "TesseraModel", "TesseraBytes", "TesseraWire", "TesseraEngine", "TesseraJournal",
        "TesseraSystem", "TesseraCrypto", "TesseraTLS",
        .product(name: "Logging", package: "swift-log"),
      ]),
    library(
      "TesseraClient",
      ["TesseraModel", "TesseraBytes", "TesseraWire", "TesseraTLS", "TesseraSystem"]),
    .executableTarget(
      name: "tesserad",
      dependencies: [
        "TesseraServer", "TesseraJournal", "TesseraSystem", "TesseraTLS", "TesseraCrypto",
        "TesseraModel",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Yams", package: "Yams"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "tessera",
      dependencies: [
        "TesseraClient", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "tools/tessera", exclude: ["README.md"],
      swiftSettings: strict),
    .executableTarget(
      name: "tessera-bench",
      dependencies: [
        "TesseraModel", "TesseraBytes", "TesseraWire", "TesseraSystem", "TesseraTLS",
        "TesseraEngine", "CIntrinsics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      path: "tools/tessera-bench", swiftSettings: strict),
    .executableTarget(
      name: "tessera-torture",
      dependencies: [
        "TesseraClient", "TesseraSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "tools/tessera-torture", swiftSettings: strict),
    .executableTarget(
      name: "tessera-sim",
      dependencies: [
        "Simulation", "TesseraSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "tools/tessera-sim", swiftSettings: strict),
    tests("House", []),
    tests("TesseraBytesTests", ["TesseraBytes"]),
    tests("TesseraModelTests", ["TesseraModel"]),
    tests("TesseraWireTests", ["TesseraWire", "TesseraBytes", "TesseraModel"]),
    .systemLibrary(
      name: "CProtobufC", path: "Tests/Conformance/CProtobufC", pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"])]),
    .target(
      name: "COracle", dependencies: ["CProtobufC"], path: "Tests/Conformance/COracle",
      cSettings: [.headerSearchPath("generated")]),
    .testTarget(
      name: "Conformance",
      dependencies: ["TesseraWire", "TesseraModel", "TesseraBytes", "COracle"],
      path: "Tests/Conformance/Codec", swiftSettings: strict),
    .target(
      name: "WireFuzz", dependencies: ["TesseraWire", "TesseraModel", "TesseraBytes"],
      path: "Tests/Fuzz/Entry", swiftSettings: strict),
    .testTarget(
      name: "Fuzz", dependencies: ["WireFuzz"], path: "Tests/Fuzz/Replay", swiftSettings: strict),
    tests("TesseraEngineTests", ["TesseraEngine"]),
    .target(
      name: "SimulatedMachine", dependencies: ["TesseraSystem", "TesseraBytes"],
      path: "Tests/Simulation/Machine", swiftSettings: strict),
    .target(
      name: "Simulation",
      dependencies: [
        "SimulatedMachine", "TesseraServer", "TesseraEngine", "TesseraJournal", "TesseraModel",
        "TesseraSystem", "TesseraWire", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Simulation/Simulator", swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation", "SimulatedMachine"],
      path: "Tests/Simulation/Tests", swiftSettings: strict),
    tests(
      "TesseraJournalTests", ["TesseraJournal", "TesseraSystem", "SimulatedMachine"],
      resources: [.copy("Golden")]),
    tests("TesseraSystemTests", ["TesseraSystem"]),
    tests("TesseraCryptoTests", ["TesseraCrypto"]),
    tests("TesseraTLSTests", ["TesseraTLS", "TesseraSystem", "COpenSSL"]),
    tests(
      "TesseraClientTests",
      ["TesseraClient", "TesseraBytes", "TesseraWire", "TesseraTLS", "TesseraSystem"]),
    tests(
      "TesseraServerTests",
      [
        "TesseraServer", "TesseraEngine", "TesseraModel", "TesseraSystem", "TesseraWire",
        "TesseraJournal", "TesseraCrypto", "SimulatedMachine",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "TestTerminal", path: "Tests/Terminal", swiftSettings: strict),
    tests("TesseraCommandTests", ["tessera", "TesseraClient", "TesseraModel", "TestTerminal"]),
    tests(
      "TesseraBenchTests",
      ["tessera-bench", "TesseraModel", "TesseraBytes", "TesseraWire", "TesseraEngine"]),
    tests(
      "Integration",
      [
        "TesseraServer", "TesseraModel", "TesseraBytes", "TesseraWire", "TesseraEngine",
        "TesseraJournal", "TesseraSystem", "TesseraCrypto", "TesseraTLS", "TesseraClient",
        "TestTerminal", "tesserad", "tessera", "tessera-torture",
        .product(name: "Logging", package: "swift-log"),
      ], resources: [.copy("Restart/Golden")]),
  ],
  swiftLanguageModes: [.v6]
)
