import TesseraEngine
import TesseraModel

/// What became of a command, as far as the model foretells it.
enum Answer: Equatable {
  case issued(TokenRecord, replayed: Bool)
  case changed(TokenRecord)
  case revoked([RevokeOutcome])
  /// One for each token: its id, or the codes it may be refused with.
  case imported([Imported])
  case purged(Int, next: TokenID?)
  case entry(RegistryEntry)
  case user(UserRecord, tokens: Int)
  case removed(revokedTokens: Int)
  case passwordSet
  /// Where several things are wrong, which is told first is free.
  case refused(Set<StatusCode>)

  enum Imported: Equatable {
    case done(TokenID)
    case refused(Set<StatusCode>)
  }

  init(_ outcome: Outcome) {
    self =
      switch outcome {
      case .issued(let token, _, let replayed): .issued(token, replayed: replayed)
      case .updated(let token, _), .regenerated(let token, _): .changed(token)
      case .revoked(let outcomes): .revoked(outcomes)
      case .imported(let results):
        .imported(
          results.map { result in
            switch result {
            case .success(let id): .done(id)
            case .failure(let refusal): .refused([refusal.code])
            }
          })
      case .purged(let count, let next): .purged(count, next: next)
      case .entry(let entry): .entry(entry)
      case .user(let user, let tokens): .user(user, tokens: tokens)
      case .removed(let count): .removed(revokedTokens: count)
      case .passwordSet: .passwordSet
      case .refused(let refusal): .refused([refusal.code])
      }
  }

  /// Whether this is what the engine may answer where the model answers `expected`.
  func fits(_ expected: Answer) -> Bool {
    switch (self, expected) {
    case (.refused(let codes), .refused(let allowed)): codes.isSubset(of: allowed)
    case (.imported(let these), .imported(let those)):
      these.count == those.count
        && zip(these, those).allSatisfy { this, that in
          if case .refused(let codes) = this, case .refused(let allowed) = that {
            codes.isSubset(of: allowed)
          } else {
            this == that
          }
        }
    default: self == expected
    }
  }

  /// The ids that were made for it.
  var made: [TokenID] {
    switch self {
    case .issued(let token, replayed: false): [token.id]
    case .imported(let results):
      results.compactMap { if case .done(let id) = $0 { id } else { nil } }
    default: []
    }
  }
}

/// Why a command is not carried out: each code that would be right.
struct Faults: Error {
  var codes: Set<StatusCode>

  static func any(_ codes: StatusCode...) -> Faults { Faults(codes: Set(codes)) }
}

/// The conditions of a command, in any order: what is wrong is gathered.
struct Conditions {
  private var codes: Set<StatusCode> = []

  mutating func demand(_ holds: Bool, else code: StatusCode) { if !holds { codes.insert(code) } }

  mutating func attempt(_ body: () throws(Faults) -> Void) {
    do throws(Faults) { try body() } catch { codes.formUnion(error.codes) }
  }

  func check() throws(Faults) { if !codes.isEmpty { throw Faults(codes: codes) } }
}
