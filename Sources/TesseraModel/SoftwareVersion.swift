/// The version of this software, as the daemon, its answers and the tools tell it.
public enum SoftwareVersion {
  public static let current = "0.1.0"
}
