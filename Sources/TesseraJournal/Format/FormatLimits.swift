/// The maxima of what is on disk.
public enum FormatLimits {
  /// The payload of one frame: a batch, or a block of a snapshot.
  public static let frameBytes = 256 << 20
  /// A block of a snapshot is written when it has reached this many bytes.
  static let blockBytes = 64 << 10
  /// How much is read at a time. A call to the kernel keeps its core until it is done, whatever the
  /// thread's priority, and a reactor may wait for that core.
  static let readBytes = 256 << 10
  /// A snapshot is made durable in parts of this size, for the same reason, and so that the journal's
  /// own synchronisations never wait for all of it at once.
  static let snapshotSyncBytes = 1 << 20
}
