/// A call's number, chosen by the client, unique among its calls in flight on one connection.
public struct CallNumber: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The number in frames that belong to no call: ping, pong and goaway.
  @inlinable public static var none: CallNumber { CallNumber(rawValue: 0) }
}

/// A position in the journal: the number of changes made since the authority began. 0 is before
/// all.
///
/// A restored authority goes on from the next multiple of 2^40, so that no revision ever names two
/// changes: what was done after the backup has numbers that are not given again.
public struct Revision: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt64
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let zero = Revision(rawValue: 0)

  @inlinable
  public static func < (a: Revision, b: Revision) -> Bool { a.rawValue < b.rawValue }

  @inlinable
  public var next: Revision { Revision(rawValue: rawValue + 1) }

  /// How often the authority was restored from a backup.
  public var epoch: UInt64 { rawValue >> Revision.epochBits }

  /// What the next epoch begins with, before its first change.
  public var nextEpoch: Revision {
    Revision(rawValue: (epoch + 1) << Revision.epochBits)
  }

  private static let epochBits: UInt64 = 40
}

/// A moment, in whole microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Hashable, Comparable, Sendable {
  public let microseconds: Int64

  @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

  @inlinable
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

  /// The range of `google.protobuf.Timestamp`: the years 1 to 9999.
  public static let earliest = Timestamp(microseconds: -62_135_596_800_000_000)
  public static let latest = Timestamp(microseconds: 253_402_300_799_999_999)

  /// The moment that follows.
  public var next: Timestamp { self + .microseconds(1) }

  /// The moment that is `b` later; `earliest` or `latest` where it would be beyond them.
  @inlinable
  public static func + (a: Timestamp, b: Duration) -> Timestamp {
    let (seconds, attoseconds) = b.components
    let (whole, isFar) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (span, isFarther) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    let (sum, isBeyond) = a.microseconds.addingReportingOverflow(span)
    guard !isFar, !isFarther, !isBeyond else { return seconds < 0 ? earliest : latest }
    return min(max(Timestamp(microseconds: sum), earliest), latest)
  }
}
