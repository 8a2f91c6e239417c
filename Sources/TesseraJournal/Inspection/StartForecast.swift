import TesseraModel

/// What a start would make of a data directory.
public enum StartForecast: Equatable, Sendable {
  /// It would serve, when it has done what the report says.
  case starts(RecoveryReport)
  /// It would stop, with nothing changed.
  case stops(JournalError)

  public var goes: Bool {
    guard case .starts = self else { return false }
    return true
  }
}

/// All that can be said of a data directory by reading it.
public struct Inspection: Equatable, Sendable {
  public var files: [FileReport]
  public var start: StartForecast

  /// Whether every file is what was written, a torn end apart.
  public var isIntact: Bool {
    start.goes && files.allSatisfy { !$0.isFaulty }
  }
}

extension DirectoryView {
  /// What a start would do, by this clock. It stops where the disk does not give back a segment.
  ///
  /// - Throws: `.disk`, of any other failure.
  public func forecast(clock: StartClock = .unchecked) throws(JournalError) -> StartForecast {
    var nowhere = Nowhere()
    do {
      return .starts(try load(into: &nowhere, clock: clock))
    } catch {
      if case .disk = error, !error.isUnreadable { throw error }
      return .stops(error)
    }
  }

  /// Gives the state to `sink` as a start would.
  ///
  /// - Throws: what would stop a start; what `sink` received by then is not to be used.
  public func load(
    into sink: inout some RecoverySink & ~Copyable, clock: StartClock = .unchecked
  ) throws(JournalError) -> RecoveryReport {
    var recovery = Recovery(layout, authority, clock: clock, on: disk)
    _ = try recovery.read(into: &sink)
    return recovery.report
  }

  /// Reads every file, and what a start would make of them all.
  ///
  /// What a running authority writes or removes meanwhile looks like damage. So it counts as such
  /// only when it is found twice in the same place.
  ///
  /// - Throws: `.disk`; `.locked` where a running authority changes the directory too fast.
  public func inspect(clock: StartClock = .unchecked) throws(JournalError) -> Inspection {
    var previous: Inspection?
    for _ in 0..<DirectoryView.attempts {
      do {
        let found = Inspection(files: try verify(), start: try forecast(clock: clock))
        if !isInUse || found.isIntact || found.faults == previous?.faults { return found }
        previous = found
      } catch {
        guard isInUse, error.isMissingFile else { throw error }
      }
    }
    throw .locked(directory: path)
  }

  private static var attempts: Int { 5 }
}

extension Inspection {
  fileprivate var faults: [FileReport] { files.filter(\.isFaulty) }
}
