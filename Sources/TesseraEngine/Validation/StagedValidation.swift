import CIntrinsics
import TesseraModel

/// A validation of many that arrived together, in three steps over all of them: `stage` asks memory
/// for the index's entries, `fetch` for the credentials they name, and `decide` finds both at hand.
/// Alone, a validation would wait for each.
public struct StagedValidation: Sendable {
  public let digest: Digest
  public let question: Question
  let hash: UInt64
}

extension EngineReader {
  public func stage(_ digest: Digest, _ question: Question) -> StagedValidation {
    let hash = shared.hashing.hash(digest)
    shared.credentialIndex.prefetch(hash)
    return StagedValidation(digest: digest, question: question, hash: hash)
  }

  public func fetch(_ staged: StagedValidation) {
    guard let number = shared.credentialIndex.candidate(staged.hash) else { return }
    unsafe tessera_prefetch(shared.slab.line(number).words)
  }

  /// As `validate`.
  public func decide(
    _ staged: StagedValidation, for caller: ValidationRights, now: Timestamp
  ) -> Answer {
    decide(staged.digest, staged.hash, staged.question, for: caller, now: now)
  }
}
