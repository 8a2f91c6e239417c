import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct PackedDetailsTests {
  private static let texts = ["", "a", "żółć 🔑", String(repeating: "é", count: 100)]
  private static let versions: [UInt32] = [1, 65_535, 65_536, .max]

  @Test func `what is packed is read, whichever parts there are`() {
    let revoker = ActorNumber(rawValue: 9)
    let credential = CredentialNumber(rawValue: .max)
    for name in PackedDetailsTests.texts {
      for description in PackedDetailsTests.texts {
        for version in PackedDetailsTests.versions {
          for (isRevoked, hasPrevious) in [
            (false, false), (true, false), (false, true), (true, true),
          ] {
            var record = TokenRecord(
              id: TokenID(high: 1, low: 2), kind: .client, name: name, description: description,
              createdAt: .latest, createdBy: .offline("test"),
              credentials: Credentials(current: Digest(1, 2, 3, 4)), version: version)
            if hasPrevious {
              record.credentials.previous = .init(digest: Digest(4, 3, 2, 1), validUntil: .earliest)
            }
            if isRevoked {
              record.revocation = Revocation(
                at: Timestamp(microseconds: -7), by: .offline("test"), reason: description)
            }
            let details = PackedDetails.pack(
              record, createdBy: ActorNumber(rawValue: 5), revokedBy: isRevoked ? revoker : nil,
              previous: hasPrevious ? credential : nil)
            defer { unsafe details.memory.deallocate() }
            expect(details, record, previous: hasPrevious ? credential : nil)
            if isRevoked || version == .max { continue }
            record.revoke(
              Revocation(at: .latest, by: .offline("test"), reason: String(name.reversed())))
            let revoked = details.revoked(
              at: .latest, by: revoker, reason: String(name.reversed()))
            defer { unsafe revoked.memory.deallocate() }
            expect(revoked, record, previous: hasPrevious ? credential : nil)
          }
        }
      }
    }
  }

  private func expect(
    _ details: PackedDetails, _ record: TokenRecord, previous: CredentialNumber?
  ) {
    #expect(details.createdAt == record.createdAt && details.createdBy.rawValue == 5)
    #expect(details.version == record.version)
    #expect(details.name == record.name && details.description == record.description)
    #expect(details.previous == previous)
    if previous != nil { #expect(details.previousValidUntil == .earliest) }
    #expect(details.revokedAt == record.revocation?.at)
    #expect(details.revokedBy?.rawValue == record.revocation.map { _ in 9 })
    #expect(details.revocation?.reason == record.revocation?.reason)
  }
}
