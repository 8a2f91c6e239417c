/// The version of this software, as the daemon, its answers and the tools tell it.
public enum SoftwareVersion {
  public static let current = "\(series).0"
  /// What the files on disk tell of it: no more, so that a correction changes none of their bytes.
  public static let series = "0.1"
}
