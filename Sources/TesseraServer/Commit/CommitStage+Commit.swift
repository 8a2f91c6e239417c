import TesseraEngine
import TesseraJournal
import TesseraModel

extension CommitStage {
  /// Commits the first of the requests together, and says how many: as many as one batch takes.
  ///
  /// Where the disk takes no change, revocations are decided anew, without the others, and written
  /// to the reserve.
  mutating func commit(
    _ requests: ArraySlice<CommitRequest>, to room: Journal<D>.Room = .ordinary
  ) -> Int {
    var batch = engine.makeBatch(now: now)
    let outcomes = decide(requests, in: &batch)
    let requests = requests.prefix(outcomes.count)
    let hadEnded = hasEnded
    do throws(JournalError) {
      try makeDurable(batch.entries, to: room)
    } catch .batchTooLarge where requests.count > 1 {
      // Large changes of one caller are no reason to refuse the others.
      return commit(requests.prefix(requests.count / 2), to: room)
    } catch  where error.isRefusal && room == .ordinary {
      let refusal = Refusal(journalFailure: error, hadEnded: hadEnded)
      refuse(requests.filter { !$0.command.isRevocation }, refusal)
      var next = requests.filter(\.command.isRevocation)[...]
      while !next.isEmpty { next = next.dropFirst(commit(next, to: .reserve)) }
      return requests.count
    } catch {
      refuse(requests, Refusal(journalFailure: error, hadEnded: hadEnded))
      return requests.count
    }
    let revision = batch.lastRevision
    for (request, outcome) in zip(requests, outcomes) {
      request.reply.send(
        .init(outcome, to: request, revision: revision, now: batch.now, engine))
    }
    return requests.count
  }

  /// What becomes of the first of the requests, as many as the batch takes.
  private func decide(
    _ requests: ArraySlice<CommitRequest>, in batch: inout Batch
  ) -> [Outcome] {
    engine.undisturbed {
      var outcomes: [Outcome] = []
      for request in requests {
        if batch.isClosed { break }
        // Asked when its turn has come: what came before may have taken its time.
        if !request.reply.isAwaited {
          outcomes.append(.refused(.notAwaited))
        } else if let deadline = request.deadline, time.monotonicNanoseconds() >= deadline {
          outcomes.append(.refused(.deadlinePassed))
        } else {
          outcomes.append(engine.decide(request.command, by: request.caller, in: &batch))
        }
      }
      return outcomes
    }
  }

  func refuse(_ requests: some Sequence<CommitRequest>, _ refusal: Refusal) {
    for request in requests { request.reply.send(.refused(refusal)) }
  }

  /// Writes, syncs and applies; or throws, and nothing was done.
  mutating func makeDurable(
    _ entries: [JournalEntry], to room: Journal<D>.Room = .ordinary
  ) throws(JournalError) {
    guard !entries.isEmpty else { return }
    if !hasEnded { willWrite?(entries) }
    do throws(JournalError) {
      try journal.append(entries, to: room)
    } catch {
      note(error, room)
      throw error
    }
    noteRecorded()
    noteRotation()
    if room == .ordinary { noteAccepted() }
    engine.apply(entries)
    if journal.bytesSinceSnapshot >= snapshotJournalBytes, !snapshotHasFailed { wantSnapshot() }
  }
}

extension JournalError {
  /// Whether nothing of the batch counts, and the next may succeed.
  fileprivate var isRefusal: Bool { if case .refused = self { true } else { false } }
}

extension Command {
  /// Whether it takes rights away, and is not to wait for room on the disk.
  var isRevocation: Bool { if case .revoke = self { true } else { false } }
}
