import TesseraModel

extension Journal {
  /// Recovers the state into `sink`, and opens the journal for more.
  ///
  /// - Throws: `.damaged`, `.otherAuthority` or `.unsupported` where the state cannot be had whole,
  ///   `.clockBehind`, each with nothing changed on disk; `.disk`. What `sink` received by then is
  ///   not to be used.
  public init(
    opening directory: consuming DataDirectory<D>, _ configuration: Configuration = .init(),
    into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) {
    var recovery = Recovery(
      directory.layout, directory.authority, clock: configuration.clock, on: directory.disk)
    let position = try recovery.run(into: &sink)
    self.init(directory, configuration, position, recovery.report)
  }
}
