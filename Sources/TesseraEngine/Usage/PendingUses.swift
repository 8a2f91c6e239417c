import CIntrinsics
import Synchronization
import TesseraModel

/// Uses that a reader has seen and not counted yet. The memory is taken once: to note one allocates
/// nothing.
public struct PendingUses: ~Copyable, Sendable {
  /// As many as a full receive of the shortest validations may bring.
  private static let most = 1_024

  private var numbers = [CredentialNumber](
    repeating: CredentialNumber(rawValue: 0), count: most)
  private(set) var count = 0
  /// When the last of them was noted. They are of one event, and counted in whole seconds.
  private var at = Timestamp.earliest

  public init() {}

  public var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == PendingUses.most }

  /// - Precondition: it is not full.
  mutating func append(_ number: CredentialNumber, at now: Timestamp) {
    numbers[count] = number
    count += 1
    at = now
  }

  mutating func record(in table: UsageTable) {
    var index = 0
    while index < count {
      // A token that is asked for again and again is counted at once.
      let number = numbers[index]
      let start = index
      repeat { index += 1 } while index < count && numbers[index] == number
      table.add(CredentialUsage(uses: UInt64(index - start), lastAt: at), to: number)
    }
    count = 0
  }
}

extension EngineReader {
  /// Notes the use of the token behind an ALLOWED answer; of any other answer nothing. Its count is
  /// on its way from memory while the answer is sent, so that `recordUses` finds it at hand.
  @inline(__always)
  public func note(_ answer: Answer, at now: Timestamp, in uses: inout PendingUses) {
    guard answer.isOfToken else { return }
    if uses.isFull { recordUses(&uses) }
    uses.append(answer.credential, at: now)
    unsafe tessera_prefetch(shared.usage.slot(answer.credential))
  }

  /// Counts what was noted. In the epoch of the answers, after they were sent.
  public func recordUses(_ uses: inout PendingUses) {
    if uses.isEmpty { return }
    uses.record(in: shared.usage)
    // Read before it is written: if every reactor wrote it for every burst, its cache line would
    // move between the cores all the time.
    if !shared.hasNewUses.load(ordering: .sequentiallyConsistent) {
      shared.hasNewUses.store(true, ordering: .sequentiallyConsistent)
    }
  }
}
