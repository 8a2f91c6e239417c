import TesseraModel

/// The sets of rights by number.
struct AccessTable: Sendable {
  private let table = ObjectTable<CompiledAccess>(maximum: Limits.tokens)

  /// Lends the rights without counting a reference: the reader's epoch keeps them alive.
  ///
  /// - Precondition: the number is in use, or was within the reader's epoch.
  @inline(__always)
  func withAccess<Result>(_ number: AccessNumber, _ body: (CompiledAccess) -> Result) -> Result {
    guard let result = table.withObject(number.rawValue, body) else {
      preconditionFailure("the number of no rights")
    }
    return result
  }

  /// For the writer; returns what the number stood for before, for retirement.
  func publish(_ access: CompiledAccess, as number: AccessNumber) -> CompiledAccess? {
    table.publish(access, as: number.rawValue)
  }

  /// Gives the object back. No reader may still see the number.
  func withdraw(_ number: AccessNumber) { _ = table.withdraw(number.rawValue) }
}
