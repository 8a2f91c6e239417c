import Foundation
import Glibc
import Testing
import TesseraModel
import TesseraWire

/// Nothing that was acknowledged is lost when the daemon is killed.
@Suite(.serialized) struct DurabilityTests {
  private let directory = TemporaryDirectory()

  /// Issues tokens, many in flight at a time.
  private func issue(
    _ count: Int, named prefix: String, on client: TestClient, atOnce: Int = 500
  ) throws -> [TestClient.Issued] {
    var issued: [TestClient.Issued] = []
    var calls: [CallNumber] = []
    func finishOne() throws {
      let response = try client.finish(calls.removeFirst(), IssueRequest.self)
      issued.append(try TestClient.Issued(response))
    }
    for number in 0..<count {
      if calls.count == atOnce {
        for _ in 0..<(atOnce / 2) { try finishOne() }
      }
      calls.append(try client.start(TestClient.request(.client, name: "\(prefix)\(number)")))
    }
    while !calls.isEmpty { try finishOne() }
    return issued
  }

  /// The verdicts of all these values, in their order.
  private func verdicts(_ values: [Secret], on client: TestClient) throws -> [Verdict?] {
    var verdicts: [Verdict?] = []
    var rest = values[...]
    while !rest.isEmpty {
      let batch = ValidateBatchRequest(rest.prefix(1000).map { ValidateRequest(token: $0) })
      verdicts += try client.call(batch).responses.map(\.verdict)
      rest = rest.dropFirst(1000)
    }
    return verdicts
  }

  @Test(arguments: [1, 100_000])
  func `tokens validate after a SIGKILL, and those that were revoked do not`(
    _ count: Int
  ) throws {
    var daemon = try DaemonProcess.serve(directory)
    var client = try daemon.admin(directory)
    let issued = try issue(count, named: "t", on: client)
    let revoked = Set(stride(from: 0, to: count, by: 7))
    var rest = revoked.sorted()[...]
    while !rest.isEmpty {
      let ids = rest.prefix(1000).map { issued[$0].id }
      #expect(try client.revoke(ids).outcomes.allSatisfy { $0.result == .revoked })
      rest = rest.dropFirst(1000)
    }
    daemon.send(SIGKILL)
    #expect(daemon.wait() == .signalled(SIGKILL))

    daemon = try DaemonProcess.serve(directory)
    client = try daemon.admin(directory)
    let found = try verdicts(issued.map(\.value), on: client)
    let wrong = found.indices.filter { found[$0] != (revoked.contains($0) ? .revoked : .allowed) }
    #expect(wrong.isEmpty, "\(wrong.count) of \(count), the first is \(wrong.first ?? -1)")
    #expect(try client.call(HealthRequest()).tokens == UInt64(count + 1))
  }

  @Test func `snapshots while serving, and a SIGKILL at any moment, lose nothing`() throws {
    var random = SeededRandom()
    print("TESSERA_SEED=\(random.seed)")
    let settings = [
      "TESSERAD_SNAPSHOTS_JOURNAL_MEBIBYTES": "1", "TESSERAD_JOURNAL_SEGMENT_MEBIBYTES": "1",
      "TESSERAD_SNAPSHOTS_INTERVAL_SECONDS": "1",
    ]
    /// What was acknowledged: each value, and whether it was revoked.
    var known: [(issued: TestClient.Issued, isRevoked: Bool)] = []
    /// Tokens whose revocation was sent and not answered: either verdict will do.
    var unsettled: Set<Int> = []
    for round in 0..<6 {
      let daemon = try DaemonProcess.serve(directory, environment: settings)
      let client = try daemon.admin(directory)
      let found = try verdicts(known.map(\.issued.value), on: client)
      for (index, verdict) in found.enumerated() {
        if unsettled.contains(index) {
          known[index].isRevoked = verdict == .revoked
          continue
        }
        let expected: Verdict = known[index].isRevoked ? .revoked : .allowed
        if verdict != expected {
          Issue.record("round \(round), token \(index): \(String(describing: verdict))")
        }
      }
      unsettled = []
      // However busy the machine is, later rounds begin with a snapshot that is whole.
      if round == 1 { _ = try client.call(SnapshotRequest()) }
      try change(&known, &unsettled, client, daemon, &random)
      #expect(daemon.wait() == .signalled(SIGKILL))
    }
    #expect(Files.names(in: "\(directory.data)/snapshots").contains { $0.hasSuffix(".snapshot") })
  }

  /// Issues and revokes until a random moment, at which the daemon is killed with calls in flight.
  private func change(
    _ known: inout [(issued: TestClient.Issued, isRevoked: Bool)], _ unsettled: inout Set<Int>,
    _ client: TestClient, _ daemon: DaemonProcess, _ random: inout SeededRandom
  ) throws {
    var issues: [CallNumber] = []
    var revocations: [(call: CallNumber, index: Int)] = []
    let end = Int.random(in: 3000...12_000, using: &random)
    for step in 0..<end {
      if step % 5 == 4, let index = known.indices.randomElement(using: &random) {
        let request = RevokeRequest(.ids([known[index].issued.id]))
        revocations.append((try client.start(request), index))
        unsettled.insert(index)
      } else {
        issues.append(try client.start(TestClient.request(.client, name: "n\(step)")))
      }
      guard issues.count == 200 else { continue }
      for call in issues.prefix(100) {
        let response = try client.finish(call, IssueRequest.self)
        known.append((try TestClient.Issued(response), false))
      }
      issues.removeFirst(100)
      while revocations.count > 20 {
        let (call, index) = revocations.removeFirst()
        _ = try client.finish(call, RevokeRequest.self)
        known[index].isRevoked = true
        unsettled.remove(index)
      }
    }
    daemon.send(SIGKILL)
    // Answers that were sent before the end are acknowledgements too.
    var answers = client.takeEarly()
    while case .frame(let header, let payload) = try client.next() {
      answers.append((header, payload))
    }
    for (header, payload) in answers {
      guard header.kind == .response, header.status == .ok else { continue }
      if issues.contains(header.call) {
        let response = unsafe try IssueResponse(decoding: payload.span.bytes)
        known.append((try TestClient.Issued(response), false))
      } else if let revocation = revocations.first(where: { $0.call == header.call }) {
        known[revocation.index].isRevoked = true
      }
    }
  }

  @Test func `an idempotent Issue is not repeated over a SIGKILL`() throws {
    let request = TestClient.request(.client) { $0.idempotencyKey = "once" }
    var daemon = try DaemonProcess.serve(directory)
    let first = try daemon.admin(directory).call(request)
    daemon.send(SIGKILL)
    #expect(daemon.wait() == .signalled(SIGKILL))
    daemon = try DaemonProcess.serve(directory)
    let second = try daemon.admin(directory).call(request)
    #expect(second.replayed)
    #expect(second.token?.id == first.token?.id)
  }
}
