import CLinux

/// CRC-32C (Castagnoli): the checksum of everything on disk.
public struct CRC32C: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The checksum of no bytes.
  public static let empty = CRC32C(rawValue: 0)

  public init(of bytes: borrowing RawSpan) { self = CRC32C.empty.extended(over: bytes) }

  /// The checksum of what this one is of, followed by `bytes`.
  public func extended(over bytes: borrowing RawSpan) -> CRC32C {
    unsafe bytes.withUnsafeBytes {
      unsafe CRC32C(rawValue: tessera_crc32c(rawValue, $0.baseAddress, $0.count))
    }
  }

  /// The same without the processor's instruction.
  func extendedByTable(over bytes: borrowing RawSpan) -> CRC32C {
    unsafe bytes.withUnsafeBytes {
      unsafe CRC32C(rawValue: tessera_crc32c_portable(rawValue, $0.baseAddress, $0.count))
    }
  }
}
