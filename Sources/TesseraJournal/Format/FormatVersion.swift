import TesseraModel

/// The version of everything on disk. It grows with every change that an older version could not
/// read whole: a field, a kind of mutation, a kind of frame.
///
/// A version reads its own files and those of every version before it, and writes its own. It
/// refuses the files of later ones: what it does not know it would lose.
public struct FormatVersion: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let current = FormatVersion(rawValue: 1)

  public static func < (a: FormatVersion, b: FormatVersion) -> Bool { a.rawValue < b.rawValue }

  /// The name that goes into the files of this version, for the reader of an error message.
  public static let software = "tessera \(SoftwareVersion.series)"
}
