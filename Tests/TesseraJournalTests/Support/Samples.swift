import Foundation
import SimulatedMachine
import TesseraModel

extension SeededGenerator {
  /// The seed from `TESSERA_SEED`, or a new one; printed, so that a failure can be repeated.
  static func announced() -> SeededGenerator {
    let given = ProcessInfo.processInfo.environment["TESSERA_SEED"].flatMap { UInt64($0) }
    let seed = given ?? .random(in: 0...UInt64.max)
    print("TESSERA_SEED=\(seed)")
    return SeededGenerator(seed: seed)
  }
}

/// Values for tests, made from a number or at random.
enum Samples {
  static func id(_ number: UInt64) -> TokenID { TokenID(high: number, low: ~number) }

  static func digest(_ number: UInt64) -> Digest {
    Digest(number, number &* 3, number &* 5, .max - number)
  }

  static func record(_ number: UInt64) -> TokenRecord {
    TokenRecord(
      id: id(number), kind: .client, name: "ci-runner-\(number)",
      projects: .one(ProjectID(unchecked: "default")),
      environment: EnvironmentID(unchecked: "production"),
      createdAt: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(number)),
      createdBy: .token(id(1)), expiresAt: Timestamp(microseconds: 1_800_000_000_000_000),
      credentials: Credentials(current: digest(number)))
  }

  static func idempotency(_ number: UInt64) -> IdempotencyEntry {
    IdempotencyEntry(
      key: digest(number), request: digest(~number), token: id(number),
      keptUntil: Timestamp(microseconds: Int64(number)))
  }
}
