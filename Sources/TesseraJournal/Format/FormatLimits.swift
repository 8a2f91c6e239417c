/// The maxima of what is on disk.
public enum FormatLimits {
  /// The payload of one frame: a batch, or a block of a snapshot.
  public static let frameBytes = 256 << 20
  /// A block of a snapshot is written when it has reached this many bytes.
  static let blockBytes = 64 << 10
  /// How much is read at a time.
  static let readBytes = 1 << 20
  /// A snapshot is made durable in parts of this size, so that the journal's own synchronisations
  /// never wait for all of it at once.
  static let snapshotSyncBytes = 4 << 20
}
