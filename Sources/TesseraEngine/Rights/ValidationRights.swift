import TesseraModel

/// What a caller may validate, for as long as a reader's epoch lasts.
@safe
public struct ValidationRights {
  public enum Extent: Sendable { case ended, none, limited, unlimited }

  /// `ended` where the caller's token has, `none` where it may not validate.
  public let extent: Extent
  /// nil where the caller's token has ended, or nothing limits it.
  private let access: Unmanaged<CompiledAccess>?

  private init(_ extent: Extent, _ access: Unmanaged<CompiledAccess>? = nil) {
    self.extent = extent
    unsafe self.access = unsafe access
  }

  init(_ access: CompiledAccess) {
    unsafe self.init(access.validation, .passUnretained(access))
  }

  public static var unlimited: ValidationRights { unsafe ValidationRights(.unlimited) }
  static var ended: ValidationRights { unsafe ValidationRights(.ended) }
  static var none: ValidationRights { unsafe ValidationRights(.none) }

  var isUnlimited: Bool { extent == .unlimited }

  /// Whether one of the caller's grants to validate reaches the project.
  func mayName(_ project: ProjectNumber) -> Bool {
    withAccess { access in
      access.grants.all.contains {
        $0.permission == .tokensValidate && access.grants.allows(project, $0)
      }
    }
  }

  /// Lends what the caller may do, without counting a reference; false where there is nothing.
  func withAccess(_ body: (CompiledAccess) -> Bool) -> Bool {
    guard let access = unsafe access else { return false }
    return unsafe access._withUnsafeGuaranteedRef(body)
  }
}

extension EngineReader {
  /// What the caller may validate now. No reference is counted: it holds until `leave`.
  public func validationRights(of caller: borrowing Caller, now: Timestamp) -> ValidationRights {
    switch caller {
    case .certificate(_, let access):
      return shared.access.withAccess(access.number) { ValidationRights($0) }
    case .token(let id, let digest, let credential, _):
      guard let facts = shared.liveFacts(credential, of: id, digest, now: now) else {
        return .ended
      }
      if facts.kind == .admin { return .unlimited }
      return shared.access.withAccess(facts.access) { access in
        guard access.kind == .personal else { return ValidationRights(access) }
        let isAdmin = shared.users.withRights(access.user) { $0.isAdmin } ?? false
        return isAdmin && !access.isScoped ? .unlimited : .none
      }
    case .user, .acting:
      guard let rights = shared.rights(of: copy caller, now: now) else { return .ended }
      return rights.isAdmin ? .unlimited : .none
    }
  }
}
