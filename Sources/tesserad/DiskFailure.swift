import Synchronization

/// Whether the disk has failed so that the daemon is to end; told by the server's thread, once.
final class DiskFailure: Sendable {
  /// One element, when it comes.
  let news: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let come = Atomic(false)

  init() { (news, continuation) = AsyncStream.makeStream(of: Void.self) }

  var hasCome: Bool { come.load(ordering: .acquiring) }

  func tell() {
    come.store(true, ordering: .releasing)
    continuation.yield()
  }
}
